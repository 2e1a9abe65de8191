package onceward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ProblemTest extends GatewayTest {
  private static final int BODY_BYTES_MAX = 64 * 1024;

  @BeforeEach
  void answerUsually() {
    gateway.auth.answers("/v1/sessions", 201, "{}");
  }

  @TestFactory
  Stream<DynamicTest> what_is_not_listed_is_a_404_with_or_without_a_token() {
    return Stream.of(
            "/",
            "/v1",
            "/v2/accounts",
            "/v1/nothing",
            "/v1/accounts/",
            "/v1/accounts/42/secrets",
            "/v1//accounts/42",
            "/v1/accounts/..",
            "/v1/accounts/42;a=b",
            "/v1/accounts/%2e%2e",
            "/v1/accounts/a%2fb",
            "/%76%31/me/profile",
            "/V1/me/profile",
            "/prometheus",
            "/beans",
            "/env",
            "/loggers",
            "/.well-known/openid-configuration")
        .map(path -> DynamicTest.dynamicTest(path, () -> assertNotFound(path)));
  }

  @Test
  void a_method_a_path_does_not_answer_is_a_405_that_names_those_it_does() {
    HttpResponse<String> answer = gateway.send(gateway.to("/v1/accounts").DELETE());

    ProblemAssert.assertProblem(answer, "/problems/method-not-allowed", 405, "/v1/accounts");
    assertThat(answer.headers().allValues("Allow")).containsExactly("POST");
  }

  @Test
  void trace_is_not_answered() {
    String answer =
        gateway.sendRaw("TRACE /v1/sessions HTTP/1.1", "Host: x", "Connection: close", "", "");

    assertThat(answer).startsWith("HTTP/1.1 405").doesNotContain("Host: x");
    assertThat(gateway.auth.askedSoFar()).isZero();
  }

  @Test
  void a_body_of_the_largest_size_passes() {
    HttpResponse<String> answer = gateway.post("/v1/sessions", "x".repeat(BODY_BYTES_MAX));

    assertThat(answer.statusCode()).isEqualTo(201);
  }

  @Test
  void a_body_one_byte_larger_is_a_413() {
    HttpResponse<String> answer = gateway.post("/v1/sessions", "x".repeat(BODY_BYTES_MAX + 1));

    ProblemAssert.assertProblem(answer, "/problems/content-too-large", 413, "/v1/sessions");
    assertThat(gateway.auth.askedSoFar()).isZero();
  }

  @Test
  void a_body_in_chunks_that_grows_too_large_is_a_413() {
    byte[] body = "x".repeat(BODY_BYTES_MAX + 1).getBytes(StandardCharsets.UTF_8);

    HttpResponse<String> answer =
        gateway.send(
            gateway
                .to("/v1/sessions")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArrays(List.of(body))));

    ProblemAssert.assertProblem(answer, "/problems/content-too-large", 413, "/v1/sessions");
  }

  @Test
  void a_body_that_is_not_json_is_a_415() {
    HttpResponse<String> answer =
        gateway.send(
            gateway
                .to("/v1/sessions")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("a=b")));

    ProblemAssert.assertProblem(answer, "/problems/unsupported-media-type", 415, "/v1/sessions");
  }

  @Test
  void a_body_without_a_type_is_a_415() {
    HttpResponse<String> answer =
        gateway.send(gateway.to("/v1/sessions").POST(BodyPublishers.ofString("{}")));

    ProblemAssert.assertProblem(answer, "/problems/unsupported-media-type", 415, "/v1/sessions");
  }

  @Test
  void headers_beyond_the_limit_are_refused_with_a_problem() {
    String answer = rawGet("/v1/accounts/42", "X-Long: " + "x".repeat(9_000));

    assertRawProblem(answer, 431, "/problems/headers-too-large");
  }

  @Test
  void a_request_line_beyond_the_limit_is_refused_with_a_problem() {
    String answer = rawGet("/v1/accounts/42?q=" + "x".repeat(5_000));

    assertRawProblem(answer, 414, "/problems/uri-too-long");
  }

  @Test
  void a_path_that_is_no_uri_is_a_400() {
    assertRawProblem(rawGet("/v1/accounts/%zz"), 400, "/problems/bad-request");
  }

  @Test
  void a_header_that_is_none_is_a_400() {
    assertRawProblem(rawGet("/v1/accounts/42", "no colon"), 400, "/problems/bad-request");
  }

  @Test
  void two_lengths_are_a_400_and_nothing_is_asked() {
    String answer =
        gateway.sendRaw(
            "POST /v1/sessions HTTP/1.1",
            "Host: x",
            "Content-Type: application/json",
            "Content-Length: 2",
            "Content-Length: 40",
            "Connection: close",
            "",
            "{}");

    assertRawProblem(answer, 400, "/problems/bad-request");
    assertThat(gateway.auth.askedSoFar()).isZero();
  }

  @Test
  void a_fault_of_our_own_is_a_500_that_gives_nothing_away() {
    HttpResponse<String> answer = gateway.send(gateway.to(BrokenFilter.PATH));

    ProblemAssert.assertProblem(answer, "/problems/internal-error", 500, BrokenFilter.PATH);
    assertThat(answer.body()).doesNotContain("secret");
  }

  @Test
  void health_is_open_and_says_no_more_than_up() {
    for (String path : List.of("/health", "/health/liveness", "/health/readiness")) {
      HttpResponse<String> answer = gateway.send(gateway.to(path));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("{\"status\":\"UP\"}");
    }
  }

  private static void assertNotFound(String path) {
    String without = rawGet(path);
    String token = "Authorization: Bearer " + Tokens.valid(gateway.key);
    assertRawProblem(without, 404, "/problems/not-found");
    assertRawProblem(rawGet(path, token), 404, "/problems/not-found");
    assertThat(gateway.auth.askedSoFar() + gateway.user.askedSoFar()).isZero();
  }

  private static String rawGet(String path, String... headers) {
    String more = headers.length == 0 ? "X-None: 1" : String.join("\r\n", headers);
    return gateway.sendRaw(
        "GET " + path + " HTTP/1.1", "Host: x", more, "Connection: close", "", "");
  }

  private static void assertRawProblem(String answer, int status, String type) {
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status)
        .containsIgnoringCase("content-type: application/problem+json")
        .contains("\"type\":\"" + type + "\"");
    ProblemAssert.assertKeepsSecrets(answer);
  }
}
