package onceward.messaging.tests.deadletter;

import static java.util.concurrent.TimeUnit.SECONDS;
import static onceward.messaging.tests.deadletter.FailingLetters.BROKEN;
import static onceward.messaging.tests.deadletter.FailingLetters.CONSUMER;
import static onceward.messaging.tests.deadletter.FailingLetters.STRICT;
import static onceward.messaging.tests.deadletter.FailingLetters.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Property;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.MessageRecords;
import onceward.messaging.deadletter.CannotCloseException;
import onceward.messaging.deadletter.DeadLetter;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.deadletter.DeadLetterWriter;
import onceward.messaging.deadletter.Failure;
import onceward.messaging.deadletter.ParkedKeyRelease;
import onceward.messaging.deadletter.Reason;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.testkit.TestService.Position;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/**
 * Goal: the messages of a key are handled in the order in which they came, whatever becomes a
 * letter and when.
 *
 * <p>Method: a record that kills the process, or is no message, becomes a letter also while its key
 * is parked. The test writes such a letter as the consumer does.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.failing", value = "true")
@Property(name = "ledger.strict", value = "true")
@Property(name = "messaging.attempts-max", value = "1")
@Property(name = "messaging.kill-switch.messages-min", value = "1000000")
class ReleaseOrderTest extends LedgerServiceTest {

  @Inject DeadLetterOffice office;
  @Inject DeadLetterWriter writer;
  @Inject ParkedKeyRelease release;
  @Inject List<HealthIndicator> indicators;
  @Inject MeterRegistry meters;
  @Inject List<Subscription> subscriptions;
  @Inject Ledger ledger;
  @Inject Letters letters;

  @AfterEach
  void discardWhatIsLeft() {
    BROKEN.clear();
    letters.discardAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {CONSUMER, STRICT})
  void a_parked_message_goes_before_a_letter_that_came_after_it(String consumer) {
    var key = "order-" + consumer;
    BROKEN.add("price");
    var first = sent(key, 1, "price");
    var parked = sent(key, 2, "price");
    service.publish(first);
    var letter = letters.awaitOf(consumer, first);
    var at = service.publish(parked);
    await().atMost(20, SECONDS).until(() -> service.inbox(consumer).parked(key) == 1);
    var killer = sent(key, 3, "price");
    makeLetter(consumer, killer, new Position(at.partition(), at.offset() + 1));
    BROKEN.clear();

    office.retry(letter.id());
    office.retry(letters.awaitOf(consumer, killer).id());

    await().atMost(20, SECONDS).until(() -> service.inbox(consumer).parked(key) == 0);
    assertThat(ledger.entries(consumer))
        .containsSubsequence(ids(List.of(first, parked, killer)))
        .doesNotHaveDuplicates();
    assertThat(letters.of(consumer, key)).isEmpty();
  }

  /** Where versions are not checked, two letters go in the order of the topic. */
  @Test
  void of_two_letters_of_a_key_whose_versions_are_not_checked_the_first_of_the_topic_comes_first() {
    BROKEN.add("price");
    var first = sent("two", 9, "price");
    var at = service.publish(first);
    var letter = letters.awaitOf(CONSUMER, first);
    var second = sent("two", 4, "price");
    makeLetter(CONSUMER, second, new Position(at.partition(), at.offset() + 1));
    BROKEN.clear();

    assertThatThrownBy(() -> office.retry(letters.awaitOf(CONSUMER, second).id()))
        .isInstanceOf(CannotCloseException.class)
        .hasMessageContaining("another letter of the same key comes first: " + letter.id());
    office.retry(letter.id());
    office.retry(letters.awaitOf(CONSUMER, second).id());

    assertThat(ledger.entries(CONSUMER)).containsSubsequence(ids(List.of(first, second)));
  }

  /**
   * The offsets of a topic that was created anew, or whose log was cut off, begin below those of
   * the letters.
   */
  @Test
  void a_message_that_came_after_a_letter_waits_for_the_letter_whatever_its_offset() {
    var before = sent("anew", 1, "fine");
    var at = service.publish(before);
    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(before.id()));
    var inOldTopic = sent("anew", 2, "price");
    makeLetter(CONSUMER, inOldTopic, new Position(at.partition(), at.offset() + 1_000_000));
    var parked = sent("anew", 3, "price");
    var behind = sent("anew", 4, "fine");
    service.publish(parked);
    service.publish(behind);
    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("anew") == 2);

    release.release(subscription(CONSUMER), "anew");

    assertThat(ledger.entries(CONSUMER)).doesNotContain(parked.id(), behind.id());
    assertThat(service.inbox(CONSUMER).parked("anew")).isEqualTo(2);

    // The first that waits becomes a letter, and is still before the second.
    BROKEN.add("price");
    office.discard(letters.awaitOf(CONSUMER, inOldTopic).id());
    var letter = letters.awaitOf(CONSUMER, parked);
    release.release(subscription(CONSUMER), "anew");
    assertThat(ledger.entries(CONSUMER)).doesNotContain(behind.id());
    var inNewTopic = sent("anew", 5, "fine");
    makeLetter(CONSUMER, inNewTopic, new Position(at.partition(), at.offset()));
    assertThatThrownBy(() -> office.retry(letters.awaitOf(CONSUMER, inNewTopic).id()))
        .isInstanceOf(CannotCloseException.class)
        .hasMessageContaining("another letter of the same key comes first: " + letter.id());
    BROKEN.clear();
    office.retry(letter.id());
    office.retry(letters.awaitOf(CONSUMER, inNewTopic).id());

    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("anew") == 0);
    assertThat(ledger.entries(CONSUMER))
        .containsSubsequence(ids(List.of(before, parked, behind, inNewTopic)))
        .doesNotHaveDuplicates();
  }

  @Test
  void who_discards_a_letter_that_came_too_early_gives_up_no_message_that_waits() {
    var steps = List.of(sent("g", 1, "fine"), sent("g", 3, "fine"), sent("g", 5, "fine"));
    var early = sent("g", 6, "fine");
    service.publish(steps.getFirst());
    service.publish(early);
    var letter = letters.awaitOf(STRICT, early);
    steps.subList(1, 3).forEach(service::publish);
    await().atMost(20, SECONDS).until(() -> service.inbox(STRICT).parked("g") == 2);

    assertThat(office.discard(letter.id()).released()).isEqualTo(2);

    assertThat(ledger.entries(STRICT)).containsSubsequence(ids(steps)).doesNotContain(early.id());
    assertThat(letters.of(STRICT, "g")).isEmpty();
    var next = sent("g", 7, "fine");
    service.publish(next);
    await().atMost(20, SECONDS).until(() -> ledger.entries(STRICT).contains(next.id()));
  }

  /** No letter is open and no partition is held back, so nothing else would tell. */
  @Test
  void a_key_that_stands_still_behind_a_parked_message_is_a_warning_until_it_gets_on() {
    BROKEN.addAll(List.of("price", "busy"));
    var first = sent("still", 1, "price");
    var second = sent("still", 2, "busy");
    park(first, List.of(second));

    await()
        .atMost(60, SECONDS)
        .untilAsserted(() ->
            assertThat(warnings())
                .contains("parked messages=of 1 keys stand still, since ")
                .contains("message %s at crowd.events-".formatted(second.id()))
                .contains("not now"));
    assertThat(standstill()).isPositive();

    BROKEN.clear();
    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(second.id()));
    await().atMost(20, SECONDS).until(() -> !warnings().contains("parked messages"));
    assertThat(standstill()).isZero();
  }

  @Test
  void keys_that_may_be_released_are_read_page_by_page_the_longest_parked_first() {
    BROKEN.addAll(List.of("price", "busy"));
    var ofB = sent("page-b", 2, "busy");
    park(sent("page-b", 1, "price"), List.of(ofB));
    var ofA = sent("page-a", 2, "busy");
    park(sent("page-a", 1, "price"), List.of(ofA));

    var names = new ArrayList<String>();
    var page = release.overdue(subscription(CONSUMER), null, 1).orElseThrow();
    while (!page.isEmpty()) {
      assertThat(page).hasSize(1);
      names.add(page.getFirst().name());
      page = release.overdue(subscription(CONSUMER), page.getFirst(), 1).orElseThrow();
    }

    assertThat(names).doesNotHaveDuplicates().containsSubsequence("page-b", "page-a");

    // Others count the keys that stand still.
    BROKEN.clear();
    await()
        .atMost(60, SECONDS)
        .until(() -> ledger.entries(CONSUMER).containsAll(List.of(ofA.id(), ofB.id())));
  }

  /** Whoever releases a key polls partitions, or releases other keys. */
  @Test
  void a_key_behind_which_much_waits_takes_turns() {
    BROKEN.addAll(List.of("price", "busy"));
    var first = sent("much", 1, "price");
    var behind = new ArrayList<Message>(List.of(sent("much", 2, "busy")));
    IntStream.range(3, 13).forEach(version -> behind.add(sent("much", version, "slow")));
    park(first, behind);
    BROKEN.clear();

    assertThat(release.release(subscription(CONSUMER), "much").isUnfinished()).isTrue();

    await().atMost(60, SECONDS).until(() -> service.inbox(CONSUMER).parked("much") == 0);
    assertThat(ledger.entries(CONSUMER))
        .containsSubsequence(ids(behind))
        .doesNotHaveDuplicates()
        .doesNotContain(first.id());
  }

  /** Parks messages behind a letter, and gives that up; the first of them is not handled yet. */
  private void park(Message first, List<Message> behind) {
    service.publish(first);
    var letter = letters.awaitOf(CONSUMER, first);
    behind.forEach(service::publish);
    await()
        .atMost(20, SECONDS)
        .until(() -> service.inbox(CONSUMER).parked(first.aggregateId()) == behind.size());
    office.discard(letter.id());
  }

  private String warnings() {
    return indicators.stream()
        .map(indicator -> Mono.from(indicator.getResult()).block())
        .filter(result -> result.getName().equals("warnings"))
        .map(result -> String.valueOf(result.getDetails()))
        .findFirst()
        .orElseThrow();
  }

  private double standstill() {
    return meters.get("messaging.parked.standstill").timeGauge().value(TimeUnit.SECONDS);
  }

  private Subscription subscription(String consumer) {
    return subscriptions.stream()
        .filter(candidate -> candidate.consumer().equals(consumer))
        .findFirst()
        .orElseThrow();
  }

  private void makeLetter(String consumer, Message message, Position at) {
    var record = MessageRecords.toRecord(message, "/onceward/test");
    writer.write(
        subscription(consumer),
        new ConsumerRecord<>(
            record.topic(),
            at.partition(),
            at.offset(),
            0,
            TimestampType.CREATE_TIME,
            ConsumerRecord.NULL_SIZE,
            ConsumerRecord.NULL_SIZE,
            record.key(),
            record.value(),
            new RecordHeaders(record.headers()),
            Optional.empty()),
        Failure.of(new IllegalStateException(), Reason.KILLS_THE_PROCESS, 3));
    assertThat(letters.of(consumer, message.aggregateId()))
        .extracting(DeadLetter::messageId)
        .contains(message.id());
  }
}
