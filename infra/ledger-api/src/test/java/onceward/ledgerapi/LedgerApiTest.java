package onceward.ledgerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import onceward.ledger.Ledger;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.source.Progress;
import onceward.ledger.trace.JourneyDocument;
import onceward.ledger.verify.VerdictDocument;
import onceward.localstack.process.Ports;
import onceward.messaging.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise: what the commands {@code verify} and {@code trace} find, the API answers, to those who
 * may ask.
 *
 * <p>Method: calls over HTTP; a real PostgreSQL and Kafka. Each test compares an aggregate of its
 * own.
 */
final class LedgerApiTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Shop shop;

  @TempDir private Path directory;
  private final String aggregate = UUID.randomUUID().toString();
  private TestApi api;

  @BeforeAll
  static void openShop() throws Exception {
    shop = new Shop();
  }

  @AfterAll
  static void closeShop() throws Exception {
    shop.close();
  }

  @BeforeEach
  void start() throws Exception {
    api = new TestApi(directory, Shop::settings);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void a_verification_is_begun_and_asked_for_until_it_has_its_verdict() throws Exception {
    shop.flow(aggregate, 1);
    Caller.Answer begun;
    Caller.Answer ended;
    ObjectNode printed;
    try (var _ = shop.relay()) {
      begun = api.operator().post("/verifications", about(aggregate));
      ended = awaitEnd(begun.id());
      printed = byLedger();
    }

    assertThat(begun.status()).as(begun.response().body()).isEqualTo(202);
    assertThat(begun.header("Location")).isEqualTo("/verifications/" + begun.id());
    assertThat(begun.json().path("operator").asText()).isEqualTo("ada");
    assertThat(ended.state()).isEqualTo("DONE");
    assertThat(ended.json().path("outcome").asText()).isEqualTo("HOLDS");
    assertThat(ended.json().path("scope").path("aggregate").asText()).isEqualTo(aggregate);
    var verdict = (ObjectNode) ended.json().path("verdict");
    assertThat(verdict.path("messages").asLong()).isEqualTo(1);
    assertThat(withoutTimes(verdict))
        .as("what the command prints, but for times")
        .isEqualTo(withoutTimes(printed));
    var listed = api.reader().get("/verifications").json().path("verifications");
    assertThat(listed).hasSize(1);
    assertThat(listed.path(0).path("id").asText()).isEqualTo(begun.id());
    assertThat(listed.path(0).path("outcome").asText()).isEqualTo("HOLDS");
    assertThat(listed.path(0).has("verdict")).isFalse();
  }

  private static ObjectNode withoutTimes(ObjectNode verdict) {
    verdict.remove(List.of("at", "tookMillis"));
    return verdict;
  }

  private ObjectNode byLedger() throws Exception {
    var request = VerificationRequest.of(JSON.readTree(about(aggregate)));
    var verdict = new Ledger(Shop.settings()).verify(request.scope(), Progress.NONE);
    var document = new VerdictDocument(verdict, List.of(), Duration.ZERO).document();
    return (ObjectNode) JSON.readTree(JSON.writeValueAsString(document));
  }

  @Test
  void a_row_that_was_never_published_is_named() throws Exception {
    var missing = shop.append(aggregate, 1);
    Caller.Answer ended;
    try (var _ = shop.relay()) {
      ended = awaitEnd(api.operator().post("/verifications", about(aggregate)).id());
    }

    assertThat(ended.json().path("outcome").asText()).isEqualTo("BROKEN");
    var finding = ended.json().path("verdict").path("findings").path(0);
    assertThat(finding.path("kind").asText()).isEqualTo("missing");
    assertThat(finding.path("messages").path(0).path("messageId").asText())
        .isEqualTo(missing.id().toString());
  }

  @Test
  void a_reader_may_look_and_only_an_operator_may_put_load_on_the_servers() throws Exception {
    assertThat(api.reader().get("/verifications").status()).isEqualTo(200);
    assertThat(api.reader().post("/verifications", "{}").status()).isEqualTo(403);
    assertThat(api.reader().delete("/verifications/" + UUID.randomUUID()).status()).isEqualTo(403);
    assertThat(api.nobody().get("/verifications").status()).isEqualTo(401);
    assertThat(api.nobody().post("/verifications", "{}").status()).isEqualTo(401);
    assertThat(api.nobody().get("/traces/" + UUID.randomUUID()).status()).isEqualTo(401);
    assertThat(api.nobody().get("/health").json()).isEqualTo(JSON.readTree("{\"status\":\"UP\"}"));
    assertThat(api.operator().get("/verifications").json().path("verifications")).isEmpty();
  }

  /** No relay confirms anything, so that the verification waits for one. */
  @Test
  void one_runs_at_a_time_until_it_is_cancelled() throws Exception {
    shop.append(aggregate, 1);
    var running = api.operator().post("/verifications", "{\"waitSeconds\":3600}").id();
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(show(running).json().path("progress").path("work").asText())
                .contains("waiting"));

    var second = api.operator().post("/verifications", "{}");
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.header("Content-Type")).startsWith("application/problem+json");
    assertThat(second.json().path("detail").asText())
        .contains(running, "DELETE /verifications/" + running);

    var answer = api.operator().delete("/verifications/" + running);
    assertThat(answer.status()).isIn(200, 202);
    assertThat(awaitEnd(running).state()).isEqualTo("CANCELLED");
    await().atMost(LIMIT).untilAsserted(() -> assertThat(shop.connections()).isZero());
    assertThat(api.operator().delete("/verifications/" + running).status())
        .as("once more")
        .isEqualTo(200);

    Caller.Answer next;
    try (var _ = shop.relay()) {
      next = awaitEnd(api.operator().post("/verifications", about(aggregate)).id());
    }
    assertThat(next.state()).isEqualTo("DONE");
    assertThat(api.operator().delete("/verifications/" + next.id()).status()).isEqualTo(409);
  }

  @Test
  void what_runs_is_cancelled_when_the_api_ends() throws Exception {
    shop.append(aggregate, 1);
    var running = api.operator().post("/verifications", "{\"waitSeconds\":3600}").id();
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(show(running).json().path("progress").path("work").asText())
                .contains("waiting"));
    assertThat(shop.connections()).isPositive();

    api.close();

    await().atMost(LIMIT).untilAsserted(() -> assertThat(shop.connections()).isZero());
  }

  @Test
  void a_journey_is_answered_as_the_command_prints_it() throws Exception {
    Message message = shop.flow(aggregate, 1);

    var traced = api.reader().get("/traces/" + aggregate + "?since=1h");

    assertThat(traced.status()).as(traced.response().body()).isEqualTo(200);
    var journeys = new Ledger(Shop.settings()).trace(aggregate, Optional.empty());
    assertThat(traced.json())
        .isEqualTo(JSON.readTree(JSON.writeValueAsString(JourneyDocument.of(journeys))));
    assertThat(traced.json().path("messages").path(0).path("messageId").asText())
        .isEqualTo(message.id().toString());
    assertThat(traced.json().path("messages").path(0).path("caused").isArray())
        .as("an empty list is there as well")
        .isTrue();
  }

  @Test
  void what_nobody_has_is_not_found() throws Exception {
    var unknown = api.reader().get("/traces/" + aggregate);
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.json().path("detail").asText()).contains(aggregate, "outboxes keep");
    assertThat(api.reader().get("/verifications/" + aggregate).status()).isEqualTo(404);
    assertThat(api.reader().get("/verifications/none").status()).isEqualTo(404);
  }

  @Test
  void input_that_is_not_allowed_is_named() throws Exception {
    requireFault(api.reader().get("/traces/" + aggregate + "?since=yesterday"), "since");
    requireFault(api.reader().get("/traces/%20"), "id");
    requireFault(api.operator().post("/verifications", "{\"limit\":1001}"), "limit");
    requireFault(api.operator().post("/verifications", "{\"deap\":true}"), "deap");
    assertThat(api.operator().post("/verifications", "{\"limit\":").status()).isEqualTo(400);
    assertThat(api.operator().get("/verifications").json().path("verifications")).isEmpty();
  }

  private static void requireFault(Caller.Answer answer, String field) throws Exception {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(400);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json().path("errors").path(0).path("field").asText()).isEqualTo(field);
    assertThat(answer.json().path("errors").path(0).path("message").asText()).contains("allowed");
  }

  @Test
  void a_server_that_does_not_answer_is_named() throws Exception {
    var url = "jdbc:postgresql://127.0.0.1:%d/%s".formatted(Ports.free(), Shop.DATABASE);
    api.settings(() -> Shop.settings(url));

    var ended = awaitEnd(api.operator().post("/verifications", "{}").id());
    assertThat(ended.state()).isEqualTo("FAILED");
    assertThat(ended.json().path("error").asText())
        .contains("Database ledger_api", "cannot be read");

    var traced = api.reader().get("/traces/" + aggregate);
    assertThat(traced.status()).isEqualTo(503);
    assertThat(traced.header("Retry-After")).isNotEmpty();
    assertThat(traced.json().path("detail").asText())
        .contains("Database ledger_api", "cannot be read");
  }

  @Test
  void no_more_than_two_traces_are_looked_for_at_once() throws Exception {
    var open = new CountDownLatch(1);
    var waiting = new CountDownLatch(2);
    api.settings(() -> {
      waiting.countDown();
      return afterwards(open);
    });
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Caller.Answer>> first =
          List.of(
              callers.submit(() -> api.reader().get("/traces/" + aggregate)),
              callers.submit(() -> api.reader().get("/traces/" + aggregate)));
      waiting.await();

      var third = api.reader().get("/traces/" + aggregate);

      assertThat(third.status()).isEqualTo(503);
      assertThat(third.header("Retry-After")).isNotEmpty();
      assertThat(third.json().path("detail").asText()).contains("2 traces");
      open.countDown();
      for (var one : first) {
        assertThat(one.get().status()).isEqualTo(404);
      }
    }
    assertThat(api.reader().get("/traces/" + aggregate).status()).isEqualTo(404);
  }

  private static LedgerSettings afterwards(CountDownLatch open) {
    try {
      open.await();
      return Shop.settings();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static String about(String aggregate) {
    return "{\"aggregate\":\"%s\",\"since\":\"1h\"}".formatted(aggregate);
  }

  private Caller.Answer show(String id) throws Exception {
    return api.reader().get("/verifications/" + id);
  }

  private Caller.Answer awaitEnd(String id) throws Exception {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(show(id).state()).isIn("DONE", "FAILED", "CANCELLED"));
    return show(id);
  }
}
