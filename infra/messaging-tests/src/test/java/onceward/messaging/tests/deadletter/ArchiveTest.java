package onceward.messaging.tests.deadletter;

import static java.util.concurrent.TimeUnit.SECONDS;
import static onceward.messaging.tests.deadletter.FailingLetters.BROKEN;
import static onceward.messaging.tests.deadletter.FailingLetters.CONSUMER;
import static onceward.messaging.tests.deadletter.FailingLetters.LATE;
import static onceward.messaging.tests.deadletter.FailingLetters.STRICT;
import static onceward.messaging.tests.deadletter.FailingLetters.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onceward.messaging.Message;
import onceward.messaging.deadletter.Actor;
import onceward.messaging.deadletter.DeadLetter;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: letters that lie in a file lose neither their content nor their place in their key. */
@MicronautTest(transactional = false)
@Property(name = "ledger.failing", value = "true")
@Property(name = "ledger.strict", value = "true")
@Property(name = "ledger.late", value = "true")
@Property(name = "messaging.dead-letters.show-payload", value = "true")
@Property(name = "messaging.attempts-max", value = "1")
@Property(name = "messaging.kill-switch.messages-min", value = "1000000")
class ArchiveTest extends LedgerServiceTest {

  private static final Actor ADA = Actor.operator("ada", "later");

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
  void letters_that_the_file_does_not_have_stay_open() throws Exception {
    var inFile = failed(CONSUMER, sent("f1", 1, "price"));
    var notInFile = failed(CONSUMER, sent("f2", 1, "price"));

    close(inFile);

    assertThat(letters.all())
        .extracting(DeadLetter::id)
        .contains(notInFile.id())
        .doesNotContain(inFile.id());
  }

  @ParameterizedTest
  @CsvSource({STRICT + ",1", LATE + ",5"})
  void where_versions_are_checked_the_messages_behind_wait_for_the_letter_to_be_restored(
      String consumer, long version) throws Exception {
    var key = "waits-" + consumer;
    var first = sent(key, version, "price");
    var second = sent(key, version + 1, "fine");
    var letter = failed(consumer, first);
    BROKEN.clear();
    var page = pageOf(letter);
    service.publish(second);
    await().atMost(20, SECONDS).until(() -> service.inbox(consumer).parked(key) == 1);

    close(letter);
    var early = letters.awaitOf(consumer, second);
    assertThat(ledger.entries(consumer)).doesNotContain(second.id());

    restore(page);
    office.retry(letter.id(), ADA);
    await().atMost(20, SECONDS).until(() -> ledger.entries(consumer).contains(second.id()));
    assertThat(ledger.entries(consumer)).containsSubsequence(ids(List.of(first, second)));
    assertThat(letters.all()).extracting(DeadLetter::id).doesNotContain(early.id());
  }

  @Test
  void a_letter_that_is_restored_holds_back_the_messages_that_come_after() throws Exception {
    var first = sent("h", 1, "price");
    var second = sent("h", 2, "fine");
    var letter = failed(CONSUMER, first);
    BROKEN.clear();
    var page = pageOf(letter);
    close(letter);

    restore(page);
    service.publish(second);
    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("h") == 1);
    assertThat(office.retry(letter.id(), ADA).released()).isEqualTo(1);
    assertThat(ledger.entries(CONSUMER)).containsSubsequence(ids(List.of(first, second)));
  }

  /** The letter as a file has it; the topic is full of what other tests have published. */
  private List<Map<String, Object>> pageOf(DeadLetter letter) throws Exception {
    var request = Map.<String, Object>of("consumer", letter.consumer(), "reason", "later");
    return operator.post("/archive", request).list("letters").stream()
        .filter(row -> letter.id().toString().equals(row.get("id")))
        .toList();
  }

  private void close(DeadLetter letter) throws Exception {
    var ids = List.of(letter.id().toString());
    var closed = operator.post("/archived", Map.of("ids", ids, "reason", "later"));
    assertThat(closed.fields().get("archived")).as(closed.text()).isEqualTo(ids);
  }

  private void restore(List<Map<String, Object>> page) throws Exception {
    var body = new HashMap<String, Object>();
    body.put("letters", page);
    body.put("reason", "now");
    assertThat(operator.post("/restore", body).list("restored")).hasSize(1);
  }

  private DeadLetter failed(String consumer, Message message) {
    BROKEN.add("price");
    service.publish(message);
    return letters.awaitOf(consumer, message);
  }
}
