package onceward.management;

import static onceward.management.TestProgram.OPERATOR_TOKEN;
import static onceward.management.TestProgram.READER_TOKEN;
import static onceward.management.TestProgram.status;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Promise: operators' endpoints are on the management port only, and there for the holders of a
 * token only.
 *
 * <p>Method: a program with an endpoint, a controller and health; raw requests to both ports.
 *
 * <p>Not covered: the endpoints of the programs themselves, which tests of those name.
 */
class ManagementDoorTest {

  private static final String AS_OPERATOR = "Authorization: Bearer " + OPERATOR_TOKEN;
  private static final String AS_READER = "Authorization: Bearer " + READER_TOKEN;
  private static final String AS_NOBODY = "Authorization: Bearer " + "x".repeat(44);

  @TempDir private static Path directory;
  private static TestProgram program;

  @BeforeAll
  static void start() throws IOException {
    program = TestProgram.start(directory, Map.of("management.allowed-hosts", "ops.internal"));
  }

  @AfterAll
  static void stop() {
    program.close();
  }

  @ParameterizedTest
  @CsvSource({
    // request,           public, none, wrong, reader, operator
    "GET /deeds,             404,  401,   401,    200,      200",
    "HEAD /deeds,            404,  401,   401,    200,      200",
    "POST /deeds/a,          404,  401,   401,    403,      200",
    "DELETE /deeds/a,        404,  401,   401,    403,      200",
    "POST /deeds,            404,  401,   401,    403,      405",
    "OPTIONS /deeds,         404,  401,   401,    403,      405",
    "GET /beans,             404,  401,   401,    200,      200",
    "GET /things/7,          200,  401,   401,    404,      404",
    "POST /things,           200,  401,   401,    403,      404",
    "GET /nothing,           404,  401,   401,    404,      404",
    "GET /health,            200,  200,   401,    200,      200",
    "GET /health/readiness,  200,  200,   401,    200,      200",
    "GET /health/liveness,   200,  200,   401,    200,      200",
    "POST /health,           405,  401,   401,    403,      405",
    "GET /deeds/,            404,  401,   401,    200,      200",
    "GET //deeds,            404,  401,   401,    404,      404",
    "GET /%64eeds,           404,  401,   401,    404,      404",
    "GET /things/../deeds,   404,  401,   401,    404,      404",
  })
  void each_call_is_answered_by_port_and_role(
      String line, int atPublic, int none, int wrong, int reader, int operator) throws IOException {
    for (var header : List.of(AS_OPERATOR, AS_READER, "X-None: -")) {
      assertThat(status(program.send(program.publicPort(), line, header))).isEqualTo(atPublic);
    }
    assertThat(status(toManagement(line))).isEqualTo(none);
    assertThat(status(toManagement(line, AS_NOBODY))).isEqualTo(wrong);
    assertThat(status(toManagement(line, AS_READER))).isEqualTo(reader);
    assertThat(status(toManagement(line, AS_OPERATOR))).isEqualTo(operator);
  }

  @Test
  void an_endpoint_knows_the_name_that_the_caller_gives() throws IOException {
    assertThat(toManagement("POST /deeds/a", AS_OPERATOR, "X-Onceward-Operator: ada"))
        .contains("\"by\":\"ada\"");
    assertThat(toManagement("POST /deeds/a", AS_OPERATOR)).contains("\"by\":\"nobody\"");
  }

  @Test
  void a_refused_command_is_not_carried_out() throws IOException {
    int before = DeedsEndpoint.DONE.get();
    toManagement("POST /deeds/a");
    toManagement("POST /deeds/a", AS_READER);
    toManagement("DELETE /deeds/a", AS_NOBODY);
    toManagement("POST /deeds/a", AS_OPERATOR, "Origin: http://127.0.0.1");
    program.send(program.publicPort(), "POST /deeds/a", AS_OPERATOR);
    assertThat(DeedsEndpoint.DONE).hasValue(before);

    toManagement("POST /deeds/a", AS_OPERATOR);
    assertThat(DeedsEndpoint.DONE).hasValue(before + 1);
  }

  @Test
  void an_endpoint_answers_on_the_public_port_as_nothing_does() throws IOException {
    var hidden = program.send(program.publicPort(), "GET /deeds");
    var nothing = program.send(program.publicPort(), "GET /doors");
    assertThat(withoutTime(hidden).replace("deeds", "doors")).isEqualTo(withoutTime(nothing));
  }

  @Test
  void health_tells_details_to_holders_of_a_token_only() throws IOException {
    assertThat(toManagement("GET /health", AS_READER)).contains("jdbc:inner");
    assertThat(toManagement("GET /health/readiness", AS_OPERATOR)).contains("jdbc:inner");
    for (var stranger :
        List.of(
            program.send(program.publicPort(), "GET /health"),
            program.send(program.publicPort(), "GET /health/readiness", AS_OPERATOR),
            toManagement("GET /health"))) {
      assertThat(stranger).endsWith("{\"status\":\"UP\"}");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "LOCALHOST:9, 200",
    "127.0.0.1, 200",
    "127.8.9.1:80, 200",
    "[::1]:80, 200",
    "ops.internal:80, 200",
    "OPS.internal, 200",
    "evil.example, 421",
    "evil.example:80, 421",
    "127.0.0.1.evil.example, 421",
    "localhost.evil.example, 421",
    "ops.internal.evil.example, 421",
    "10.0.0.1, 421",
    "0.0.0.0, 421",
    "127.0.0.1@evil.example, 421",
    "'', 421",
  })
  void only_names_of_this_machine_or_allowed_ones_are_answered(String host, int expected)
      throws IOException {
    for (var line : List.of("GET /deeds HTTP/1.1", "GET /health HTTP/1.1")) {
      var answer =
          TestProgram.sendRaw(
              program.managementPort(), line, List.of("Host: " + host, AS_OPERATOR));
      assertThat(status(answer)).isEqualTo(expected);
    }
  }

  @Test
  void a_request_without_a_host_or_with_two_is_refused() throws IOException {
    for (var headers :
        List.of(
            List.of(AS_OPERATOR),
            List.of(AS_OPERATOR, "Host: localhost", "Host: evil.example"),
            List.of(AS_OPERATOR, "Host: evil.example", "Host: localhost"))) {
      assertThat(
              status(TestProgram.sendRaw(program.managementPort(), "GET /deeds HTTP/1.1", headers)))
          .isIn(400, 421);
    }
  }

  @ParameterizedTest
  @CsvSource({"http://127.0.0.1", "null", "https://evil.example"})
  void a_call_of_a_web_page_is_refused(String origin) throws IOException {
    for (var line : List.of("GET /deeds", "POST /deeds/a", "GET /health", "OPTIONS /deeds")) {
      assertThat(status(toManagement(line, AS_OPERATOR, "Origin: " + origin))).isEqualTo(403);
    }
  }

  @Test
  void odd_credentials_are_refused() throws IOException {
    for (var credentials :
        List.of(
            "Authorization:",
            "Authorization: Bearer",
            "Authorization: Bearer " + OPERATOR_TOKEN + " " + OPERATOR_TOKEN,
            "Authorization: Bearer " + OPERATOR_TOKEN.substring(1),
            "Authorization: Bearer " + OPERATOR_TOKEN + "x",
            "Authorization: Bearer " + OPERATOR_TOKEN.toUpperCase(Locale.ROOT),
            "Authorization: Basic " + OPERATOR_TOKEN,
            "Authorization: " + OPERATOR_TOKEN,
            "Authorization: Bearer " + "x".repeat(7_000),
            AS_READER + "\r\n" + AS_OPERATOR,
            AS_OPERATOR + "\r\n" + AS_OPERATOR)) {
      assertThat(status(toManagement("GET /deeds", credentials))).as(credentials).isEqualTo(401);
    }
    assertThat(status(toManagement("GET /deeds", "authorization: bEARER " + READER_TOKEN)))
        .isEqualTo(200);
  }

  @Test
  void a_header_larger_than_allowed_ends_the_call() throws IOException {
    assertThat(status(toManagement("GET /deeds", AS_OPERATOR, "X-Odd: " + "x".repeat(20_000))))
        .isIn(400, 413, 431);
    assertThat(status(toManagement("GET /deeds", AS_OPERATOR))).isEqualTo(200);
  }

  @Test
  void a_refusal_says_what_to_do_and_nothing_of_the_program() throws IOException {
    assertThat(toManagement("GET /deeds"))
        .contains("WWW-Authenticate: Bearer realm=\"management\"\r\n")
        .contains("content-type: application/problem+json")
        .contains("Cache-Control: no-store")
        .endsWith(
            "{\"type\":\"/problems/no-token\",\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"Send the token of a reader or of an operator as 'Authorization: Bearer <token>'.\"}");
    assertThat(toManagement("POST /deeds/a", AS_READER))
        .contains("error=\"insufficient_scope\"")
        .contains("\"detail\":\"This call changes something: send the token of an operator.\"");
    assertThat(toManagement("GET /deeds", AS_NOBODY)).contains("error=\"invalid_token\"");
  }

  private static String withoutTime(String answer) {
    return answer.replaceAll("(?<=\ndate: ).*GMT", "-");
  }

  private static String toManagement(String line, String... headers) throws IOException {
    return program.send(program.managementPort(), line, headers);
  }
}
