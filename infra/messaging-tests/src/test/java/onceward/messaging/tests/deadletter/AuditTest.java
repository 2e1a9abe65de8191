package onceward.messaging.tests.deadletter;

import static onceward.messaging.tests.deadletter.FailingLetters.BROKEN;
import static onceward.messaging.tests.deadletter.FailingLetters.CONSUMER;
import static onceward.messaging.tests.deadletter.FailingLetters.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import onceward.messaging.Message;
import onceward.messaging.deadletter.DeadLetter;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import onceward.messaging.tests.deadletter.OperatorCalls.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: a service that nobody has told otherwise shows and replaces no payload, and everything that
 * an operator asks is on record before it is done.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.failing", value = "true")
@Property(name = "messaging.attempts-max", value = "1")
@Property(name = "messaging.kill-switch.messages-min", value = "1000000")
class AuditTest extends LedgerServiceTest {

  private static final String CONTENT = "cause\\\":";

  @Inject Ledger ledger;
  @Inject Letters letters;
  @Inject OperatorCalls operator;

  @AfterEach
  void discardWhatIsLeft() {
    BROKEN.clear();
    letters.discardAll();
  }

  @Test
  void payloads_are_neither_shown_nor_archived_nor_replaced_unless_the_service_allows_it()
      throws Exception {
    var letter = failed(sent("m", 1, "price"));

    assertRefused(
        post(letter, "show", Map.of()), "show", "messaging.dead-letters.show-payload=true");
    assertRefused(
        operator.post("/archive", Map.of("all", true, "reason", "later")),
        "read for archive",
        "messaging.dead-letters.show-payload=true");
    assertRefused(
        post(letter, "retry", Map.of("payload", "{\"cause\":\"mended\"}", "reason", "typo")),
        "edited retry",
        "messaging.dead-letters.allow-edit=true");
    assertThat(operator.get("/" + letter.id()).list("history"))
        .extracting(entry -> entry.get("outcome"))
        .containsExactly("failed");
  }

  private void assertRefused(Answer answer, String action, String setting) throws Exception {
    assertThat(answer.status()).as(answer.text()).isEqualTo(403);
    assertThat(answer.text()).contains(setting).doesNotContain(CONTENT);
    assertThat(latest()).containsEntry("action", action).containsEntry("outcome", "refused");
  }

  @Test
  void a_dry_run_changes_nothing_and_is_on_record() throws Exception {
    var letter = failed(sent("dry", 1, "price"));
    BROKEN.clear();

    assertThat(post(letter, "retry", Map.of("dryRun", true)).number("wouldRelease")).isZero();

    assertThat(letters.of(CONSUMER, "dry")).hasSize(1);
    assertThat(latest())
        .containsEntry("dryRun", true)
        .containsEntry("outcome", "done")
        .containsEntry("operator", "ada")
        .containsEntry("role", "operator")
        .containsEntry("address", "127.0.0.1");
  }

  @Test
  void a_request_that_is_not_understood_is_on_record_whatever_it_is_about() throws Exception {
    var letter = failed(sent("r", 1, "price"));
    var job = "/jobs/" + letter.id() + "/pause";

    assertOnRecord(post(letter, "retry", Map.of("raeson", "typo")), "retry", "there is no field");
    assertOnRecord(post(letter, "retry", Map.of("dryRun", "yes")), "retry", "dryRun is 'yes'");
    assertOnRecord(operator.post(job, Map.of("dryrun", true)), "pause job", "there is no field");
    assertOnRecord(
        post(letter, "discard", Map.of("reason", "x".repeat(2_000))), "discard", "reason is 'x");
    assertOnRecord(
        post(letter, "discard", Map.of("operator", "a\nb", "reason", "typo")),
        "discard",
        "the operator's name");
    assertOnRecord(
        operator.post("/jobs", Map.of("action", "retry", "type", "a\0b")), "retry job", "type is");
    assertThat(letters.of(CONSUMER, "r")).hasSize(1);
  }

  private void assertOnRecord(Answer answer, String action, String why) throws Exception {
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(latest())
        .containsEntry("action", action)
        .containsEntry("outcome", "refused")
        .hasEntrySatisfying("detail", detail -> assertThat(detail).asString().contains(why));
  }

  /** Method: the service may not write entries for a while. */
  @Test
  void what_cannot_be_recorded_is_not_done() throws Exception {
    var letter = failed(sent("w", 1, "price"));
    BROKEN.clear();
    execute("alter table operator_audit add constraint nobody check (operator <> 'ada') not valid");
    try {
      assertThat(post(letter, "retry", Map.of()).status()).isEqualTo(500);
    } finally {
      execute("alter table operator_audit drop constraint nobody");
    }
    assertThat(letters.of(CONSUMER, "w")).hasSize(1);
    assertThat(ledger.entries(CONSUMER)).doesNotContain(letter.messageId());
  }

  /** Method: the database refuses the second half of the entry. */
  @Test
  void a_deed_whose_end_cannot_be_recorded_is_not_recorded_as_failed() throws Exception {
    var letter = failed(sent("e", 1, "price"));
    BROKEN.clear();
    execute("alter table operator_audit add constraint nobody check (outcome <> 'done') not valid");
    try {
      assertThat(post(letter, "retry", Map.of()).status()).isEqualTo(500);
    } finally {
      execute("alter table operator_audit drop constraint nobody");
    }
    assertThat(ledger.entries(CONSUMER)).contains(letter.messageId());
    assertThat(latest()).containsEntry("action", "retry").containsEntry("outcome", "begun");
  }

  private Answer post(DeadLetter letter, String action, Map<String, Object> body) throws Exception {
    return operator.post("/" + letter.id() + "/" + action, body);
  }

  private Map<String, Object> latest() throws Exception {
    List<Map<String, Object>> entries = operator.get("/audit").list("audit");
    return entries.getFirst();
  }

  private DeadLetter failed(Message message) {
    BROKEN.add("price");
    service.publish(message);
    return letters.awaitOf(CONSUMER, message);
  }

  private void execute(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
