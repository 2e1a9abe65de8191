package onceward.messaging.tests.deadletter;

import static java.util.concurrent.TimeUnit.SECONDS;
import static onceward.messaging.tests.deadletter.FailingLetters.BROKEN;
import static onceward.messaging.tests.deadletter.FailingLetters.CALLS;
import static onceward.messaging.tests.deadletter.FailingLetters.CONSUMER;
import static onceward.messaging.tests.deadletter.FailingLetters.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.deadletter.DeadLetter;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.tests.BulkPublisher;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import onceward.messaging.tests.deadletter.OperatorCalls.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: an operator brings back the letters of one cause, sees what became of each, and every deed
 * is on record.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.failing", value = "true")
@Property(name = "messaging.attempts-max", value = "1")
@Property(name = "messaging.kill-switch.messages-min", value = "1000000")
class JobsTest extends LedgerServiceTest {

  @Inject DeadLetterOffice office;
  @Inject Ledger ledger;
  @Inject Letters letters;
  @Inject OperatorCalls operator;

  @AfterEach
  void discardWhatIsLeft() {
    BROKEN.clear();
    letters.discardAll();
  }

  @Test
  void the_letters_of_one_group_are_brought_back_verified_and_the_others_stay() throws Exception {
    BROKEN.addAll(List.of("price", "address"));
    var prices = fail("p", 12, "price");
    var addresses = fail("a", 3, "address");
    var group = letters.awaitOf(CONSUMER, prices.getFirst()).group();
    BROKEN.clear();

    var plan = request(Map.of("group", group, "dryRun", true));
    assertThat(plan.number("total")).isEqualTo(12);
    assertThat(plan.fields().get("groups")).isEqualTo(Map.of(group, 12));
    assertThat(operator.get("/jobs").list("jobs")).isEmpty();

    var job = awaitState(request(Map.of("group", group)), "done");
    assertThat(job.number("total")).isEqualTo(12);
    assertThat(job.number("verified")).isEqualTo(12);
    assertThat(job.list("notApplied")).isEmpty();
    assertThat(ledger.entries(CONSUMER))
        .containsAll(ids(prices))
        .doesNotContainAnyElementsOf(ids(addresses));
    assertThat(letters.all()).extracting(DeadLetter::messageId).hasSameElementsAs(ids(addresses));
    assertThat(operator.get("/audit").list("audit").getFirst())
        .containsEntry("operator", "ada")
        .containsEntry("action", "retry job")
        .containsEntry("subject", "group " + group)
        .containsEntry("outcome", "done")
        .containsEntry("dryRun", false);
  }

  @Test
  void letters_of_one_key_and_the_messages_behind_them_go_in_order() throws Exception {
    BROKEN.add("price");
    var ofOneKey = IntStream.rangeClosed(1, 5).mapToObj(n -> sent("k", n, "price")).toList();
    ofOneKey.forEach(service::publish);
    letters.awaitOf(CONSUMER, ofOneKey.getFirst());
    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("k") == 4);
    BROKEN.clear();

    assertThat(awaitState(request(Map.of("type", "Sent")), "done").number("verified")).isOne();
    assertThat(ledger.entries(CONSUMER)).containsSubsequence(ids(ofOneKey)).doesNotHaveDuplicates();
  }

  @Test
  void a_letter_that_fails_again_and_again_at_one_place_is_skipped_and_named_unless_forced()
      throws Exception {
    BROKEN.add("price");
    var letter = letters.awaitOf(CONSUMER, fail("l", 1, "price").getFirst());

    var first = awaitState(request(Map.of("all", true, "attempts", 2)), "done");
    assertThat(first.number("failed")).isOne();
    assertThat(first.list("notApplied").getFirst())
        .containsEntry("id", letter.id().toString())
        .containsEntry("state", "failed")
        .containsEntry("attempts", 2)
        .hasEntrySatisfying(
            "note",
            note ->
                assertThat(note)
                    .asString()
                    .contains("failed again: IllegalStateException")
                    .doesNotContain("ada@example.com"));
    var calls = CALLS.get(letter.messageId());

    var second = awaitState(request(Map.of("all", true)), "done");
    assertThat(second.number("skipped")).isOne();
    assertThat(second.list("notApplied").getFirst().get("note"))
        .asString()
        .contains("3 times in a row");
    assertThat(CALLS.get(letter.messageId())).isEqualTo(calls);

    awaitState(request(Map.of("all", true, "force", true)), "done");
    assertThat(CALLS.get(letter.messageId())).isEqualTo(calls + 1);
  }

  @Test
  void a_job_stands_still_when_told_goes_on_and_is_given_up_while_the_consumer_goes_on()
      throws Exception {
    BROKEN.add("price");
    fail("s", 6, "price");
    BROKEN.clear();
    var job = request(Map.of("all", true, "rate", 0.5)).field("job");
    await().atMost(30, SECONDS).until(() -> show(job).number("verified") >= 1);

    assertThat(operator.post("/jobs/" + job + "/pause", Map.of()).field("state"))
        .isEqualTo("paused");
    var flowing = sent("flowing", 1, "price");
    service.publish(flowing);
    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(flowing.id()));
    assertThat(operator.post("/jobs/" + job + "/pause", Map.of()))
        .returns(409, Answer::status)
        .satisfies(refused -> assertThat(refused.text()).contains("is paused; it cannot pause"));
    assertThat(operator.post("/jobs/" + job + "/resume", Map.of()).status()).isEqualTo(200);
    await().atMost(30, SECONDS).until(() -> show(job).field("state").equals("running"));
    operator.post("/jobs/" + job + "/cancel", Map.of("reason", "enough"));

    var cancelled = show(job);
    assertThat(cancelled.field("state")).isEqualTo("cancelled");
    assertThat(cancelled.number("requested")).isPositive();
    assertThat(operator.get("/audit").list("audit"))
        .extracting(entry -> entry.get("action") + " " + entry.get("outcome"))
        .startsWith("cancel job done", "resume job done", "pause job refused", "pause job done");
  }

  @Test
  void a_job_whose_letters_all_fail_pauses_itself_and_says_why() throws Exception {
    BROKEN.add("price");
    fail("w", 51, "price");

    var job = awaitState(request(Map.of("all", true)), "paused");

    assertThat(job.number("failed")).isEqualTo(50);
    assertThat(job.field("note")).contains("50 letters in a row failed");
  }

  @Test
  void letters_are_discarded_by_a_job_with_a_reason_and_not_without() throws Exception {
    BROKEN.add("price");
    var failed = fail("d", 2, "price");
    BROKEN.clear();

    assertThat(operator.post("/jobs", Map.of("action", "discard", "all", true)))
        .returns(400, Answer::status)
        .satisfies(refused -> assertThat(refused.text()).contains("a reason is required"));
    var job =
        awaitState(
            operator.post(
                "/jobs", Map.of("action", "discard", "all", true, "reason", "test orders")),
            "done");

    assertThat(job.number("verified")).isEqualTo(2);
    assertThat(ledger.entries(CONSUMER)).doesNotContainAnyElementsOf(ids(failed));
    assertThat(operator.get("/audit").list("audit"))
        .extracting(entry -> entry.get("action") + " " + entry.get("outcome"))
        .startsWith("discard job done", "discard job refused");
  }

  @Test
  void a_request_that_is_not_understood_is_refused_and_on_record() throws Exception {
    assertThat(request(Map.of("grup", "1f2e")))
        .returns(400, Answer::status)
        .satisfies(refused -> assertThat(refused.text()).contains("there is no field 'grup'"));
    assertThat(request(Map.of()).text()).contains("say which letters");
    assertThat(operator.post("/jobs", Map.of("action", "burn", "all", true)).text())
        .contains("action is 'burn'; allowed: retry, discard");
    assertThat(operator.get("/audit").list("audit").getFirst())
        .containsEntry("action", "burn job")
        .containsEntry("outcome", "refused");
    assertThat(request(Map.of("all", true)).number("total")).isZero();
  }

  private Answer request(Map<String, Object> fields) throws Exception {
    var body = new HashMap<>(fields);
    body.put("action", "retry");
    return operator.post("/jobs", body);
  }

  private Answer show(String job) throws Exception {
    return operator.get("/jobs/" + job);
  }

  private Answer awaitState(Answer requested, String state) throws Exception {
    assertThat(requested.status()).as(requested.text()).isEqualTo(200);
    var job = requested.field("job");
    await()
        .atMost(60, SECONDS)
        .untilAsserted(
            () -> assertThat(show(job).field("state")).as(show(job).text()).isEqualTo(state));
    return show(job);
  }

  /** Publishes messages of keys of their own, and waits until each has become a letter. */
  private List<Message> fail(String prefix, int count, String cause) {
    var messages = IntStream.range(0, count).mapToObj(key -> sent(prefix + key, 1, cause)).toList();
    try (var publisher = new BulkPublisher()) {
      messages.forEach(publisher::publish);
    }
    var wanted = Set.copyOf(ids(messages));
    await()
        .atMost(60, SECONDS)
        .until(() ->
            letters.all().stream()
                .map(DeadLetter::messageId)
                .collect(Collectors.toSet())
                .containsAll(wanted));
    return messages;
  }
}
