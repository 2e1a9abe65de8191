package onceward.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import onceward.localstack.OperatorTokens;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the holder of each token may do on the ports of each program. A table of {@code
 * infra/docs/security.md} says it, and each row is tried, without a token, with a wrong one, as a
 * reader and as an operator. The things that the calls name do not exist, so nothing is changed.
 */
final class ManagementRightsTest {

  private static final Path ROOT = Path.of(System.getProperty("onceward.root", "../.."));
  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^\\| `(GET|POST|DELETE) (/[^`]*)` \\| ([a-z, -]+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$");
  private static final Pattern ENDPOINT = Pattern.compile("@Endpoint\\(id = \"([a-z-]+)\"");
  private static final String MAY = "yes";
  private static final String MAY_NOT = "–";
  private static final String WITHOUT_DETAILS = "`UP` or `DOWN`";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Not a program of the stack, and without a public port. */
  private static final String LEDGER_API = "ledger-api";

  private static LedgerServer ledger;

  @BeforeAll
  static void serveTheLedger() throws IOException {
    ledger = LedgerServer.start();
  }

  @AfterAll
  static void stopServing() {
    ledger.close();
  }

  record Row(
      String method, String path, String program, String nobody, String reader, String operator) {

    @Override
    public String toString() {
      return "%s %s of %s".formatted(method, path, program);
    }

    String managementUrl() {
      return program.equals(LEDGER_API)
          ? ledger.url()
          : RunningSystem.program(program).managementUrl();
    }

    boolean isHealth() {
      return path.startsWith("/health");
    }
  }

  static Stream<Row> rows() throws IOException {
    return documented()
        .flatMap(row ->
            Stream.of(row.group(3).split(", "))
                .map(program ->
                    new Row(
                        row.group(1),
                        path(row.group(2)),
                        program.strip(),
                        row.group(4),
                        row.group(5),
                        row.group(6))));
  }

  private static Stream<MatchResult> documented() throws IOException {
    return ROW.matcher(Files.readString(ROOT.resolve("infra/docs/security.md"))).results();
  }

  /** With names of nothing in place of the parameters. */
  private static String path(String template) {
    return template
        .replaceAll("\\{(id|message)}", new UUID(0, 0).toString())
        .replaceAll("\\{[a-z]+}", "none");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void each_row_holds_on_the_management_port(Row row) throws Exception {
    var port = row.managementUrl();
    requireAnswer(row.nobody(), send(row, port, null), 401);
    requireAnswer(MAY_NOT, send(row, port, "wrong-".repeat(8)), 401);
    requireAnswer(row.reader(), send(row, port, token(tokens().reader())), 403);
    requireAnswer(row.operator(), send(row, port, token(tokens().operator())), 403);
  }

  static Stream<Row> rowsOfPublicPorts() throws IOException {
    return rows().filter(row -> !row.program().equals(LEDGER_API));
  }

  @ParameterizedTest
  @MethodSource("rowsOfPublicPorts")
  void only_health_without_details_is_on_the_public_port(Row row) throws Exception {
    for (var token : new String[] {null, token(tokens().reader()), token(tokens().operator())}) {
      var answer = send(row, RunningSystem.program(row.program()).url(), token);
      if (row.isHealth()) {
        requireAnswer(WITHOUT_DETAILS, answer, 401);
      } else {
        assertThat(answer.statusCode()).isEqualTo(404);
      }
    }
  }

  private static void requireAnswer(String right, HttpResponse<String> answer, int refusal) {
    switch (right) {
      case MAY_NOT -> assertThat(answer.statusCode()).isEqualTo(refusal);
      case MAY -> assertThat(answer.statusCode()).isNotIn(401, 403, 405, 421, 500);
      case WITHOUT_DETAILS ->
          assertThat(answer.body()).isIn("{\"status\":\"UP\"}", "{\"status\":\"DOWN\"}");
      default -> throw new AssertionError("no such right: " + right);
    }
  }

  @Test
  void every_endpoint_of_the_code_has_a_row() throws IOException {
    var paths = documented().map(row -> row.group(2)).toList();
    for (var id : endpoints()) {
      assertThat(paths).as("rows of /" + id).anyMatch(path -> path.matches("/" + id + "(/.*)?"));
    }
    assertThat(endpoints()).contains("relay", "messaging", "dead-letters", "replays", "sagas");
  }

  private static List<String> endpoints() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT, 20)) {
      return files
          .filter(file -> file.toString().endsWith("Endpoint.java"))
          .filter(file -> file.toString().contains("/src/main/"))
          .flatMap(file -> ENDPOINT.matcher(read(file)).results())
          .map(found -> found.group(1))
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_page_whose_name_leads_to_this_machine_is_refused() throws Exception {
    var relay = URI.create(RunningSystem.program("outbox-relay").managementUrl());
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), relay.getPort())) {
      socket.setSoTimeout(20_000);
      var request =
          "GET /relay HTTP/1.1\r\nHost: evil.example:%d\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
              .formatted(relay.getPort(), token(tokens().operator()));
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 421 ")
          .doesNotContain("pipelines");
    }
  }

  @Test
  void commands_for_a_service_elsewhere_take_the_token_from_a_file() throws Exception {
    var service = RunningSystem.program("user-service");
    var reader = tokens().reader().toString();
    var listed =
        CommandLine.run("dlq", "ls", "--url", service.managementUrl(), "--token-file", reader);
    assertThat(listed.exitCode()).as(listed.output()).isZero();

    var without = CommandLine.run("dlq", "ls", "--url", service.managementUrl());
    assertThat(without.exitCode()).as(without.output()).isEqualTo(3);
    assertThat(without.output()).contains("answers 401", "--token-file", "ONCEWARD_TOKEN_FILE");

    var publicPort = CommandLine.run("dlq", "ls", "--url", service.url(), "--token-file", reader);
    assertThat(publicPort.exitCode()).isEqualTo(3);
    assertThat(publicPort.output()).contains("answers 404", "is this its management port?");
  }

  @Test
  void a_command_and_a_refusal_are_in_the_log_of_the_program() throws Exception {
    var relay = RunningSystem.program("outbox-relay");
    assertThat(CommandLine.run("relay", "pause", "none").exitCode()).isEqualTo(1);
    var refused =
        HttpRequest.newBuilder(URI.create(relay.managementUrl() + "/relay/none/pause"))
            .POST(BodyPublishers.noBody());
    assertThat(HTTP.send(refused.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(401);

    assertThat(Files.readString(relay.log()))
        .contains("Command begins: POST /relay/none/pause by '" + System.getProperty("user.name"))
        .contains("Command answered 404: POST /relay/none/pause by '")
        .doesNotContain(token(tokens().operator()));
    assertThat(Metrics.of("outbox-relay").sum("management_refused_total", "no-token")).isPositive();
  }

  private static OperatorTokens tokens() {
    return RunningSystem.stack().operatorTokens();
  }

  private static String token(Path file) throws IOException {
    return Files.readString(file).strip();
  }

  private static HttpResponse<String> send(Row row, String url, @Nullable String token)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(url + row.path()));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    switch (row.method()) {
      case "POST" ->
          request.header("Content-Type", "application/json").POST(BodyPublishers.ofString("{}"));
      case "DELETE" -> request.DELETE();
      default -> request.GET();
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }
}
