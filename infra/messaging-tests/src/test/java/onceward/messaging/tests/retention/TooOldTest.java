package onceward.messaging.tests.retention;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.UUID;
import java.util.stream.Stream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.deadletter.DeadLetter;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.deadletter.Reason;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Versions;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import onceward.messaging.tests.Ledger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Goal: a message of which nobody remembers whether it has been handled is not handled again, and
 * not lost either.
 *
 * <p>Method: a message of 40 days ago is handled, and its day of the inbox is dropped. Two
 * consumers read the topic, of which one looks at versions.
 */
@MessagingTest(name = "forgetful", topics = "relic.events")
@Property(name = "ledger.too-old", value = "true")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TooOldTest {

  private static final String PLAIN = "plain-consumer";
  private static final String STRICT = "checking-consumer";
  private static final int AGE_DAYS = 40;

  @Serdeable
  record Found() {}

  @Factory
  @Requires(property = "ledger.too-old")
  static class Subscribed {

    @Singleton
    Subscription plain(Ledger ledger) {
      return subscription(PLAIN, ledger);
    }

    @Singleton
    Subscription strict(Ledger ledger) {
      return subscription(STRICT, ledger).versions(Versions.GAPLESS);
    }

    private static Subscription subscription(String consumer, Ledger ledger) {
      return Subscription.of(consumer, "relic.events")
          .on("Found", Found.class, (_, message) -> ledger.enter(consumer, message));
    }
  }

  private final Message forgotten = found(RetainedService.idOf(-AGE_DAYS), "forgotten", 1);

  @Inject TestService service;
  @Inject Ledger ledger;
  @Inject DeadLetterOffice office;
  @Inject MeterRegistry meters;

  @BeforeAll
  void handleOneAndForgetIt() throws SQLException {
    try (var owner = service.connect();
        var statement = owner.createStatement()) {
      statement.execute("set role forgetful_migrator");
      statement.execute(
          "select messaging_make_partition('inbox', messaging_today() - " + AGE_DAYS + ")");
    }
    service.publish(forgotten);
    awaitHandled(PLAIN, forgotten);
    awaitHandled(STRICT, forgotten);
    try (var connection = service.connectAsService()) {
      assertThat(RetainedService.retain(connection, "inbox", AGE_DAYS - 10, 7))
          .extracting(finding -> finding.what())
          .contains("dropped");
    }
  }

  @Test
  void a_message_older_than_the_inbox_becomes_a_dead_letter_that_a_retry_applies() {
    var old = found(RetainedService.idOf(-AGE_DAYS), "late", 1);
    var behind = found(TestMessages.newId(), "late", 2);
    var elsewhere = found(TestMessages.newId(), "elsewhere", 1);
    publish(old, behind, elsewhere);

    var letter = letterOf(PLAIN, old);
    assertThat(letter.failure().reason()).isEqualTo(Reason.OLDER_THAN_INBOX);
    assertThat(letter.failure().reason().text()).isEqualTo("older-than-inbox");
    await().atMost(20, SECONDS).until(() -> service.inbox(PLAIN).parked("late") == 1);
    awaitHandled(PLAIN, elsewhere);
    assertThat(ledger.entries(PLAIN)).doesNotContain(old.id(), behind.id());

    assertThat(office.retry(letter.id()).released()).isEqualTo(1);
    assertThat(ledger.entries(PLAIN))
        .containsSubsequence(old.id(), behind.id())
        .containsOnlyOnce(old.id(), behind.id());
  }

  /** Whoever gives up the letter, because its message was handled, says nothing of the others. */
  @Test
  void messages_that_nobody_remembers_are_asked_about_one_by_one_behind_a_letter_too() {
    var first = found(RetainedService.idOf(-AGE_DAYS), "moved back", 1);
    var second = found(RetainedService.idOf(-AGE_DAYS), "moved back", 2);
    publish(first, second);

    var letter = letterOf(PLAIN, first);
    var behind = letterOf(PLAIN, second);
    assertThat(behind.failure().reason()).isEqualTo(Reason.OLDER_THAN_INBOX);
    assertThat(office.discard(letter.id()).released()).isZero();
    assertThat(office.discard(behind.id()).released()).isZero();
    assertThat(ledger.entries(PLAIN)).doesNotContain(first.id(), second.id());
  }

  @Test
  void one_that_was_handled_and_forgotten_is_dropped_where_its_version_is_known() {
    var next = found(TestMessages.newId(), "forgotten", 2);
    var before = dropped();
    publish(forgotten, next);

    awaitHandled(STRICT, next);
    await().atMost(20, SECONDS).until(() -> dropped() == before + 1);
    assertThat(ledger.entries(STRICT)).containsOnlyOnce(forgotten.id());
    assertThat(letters(STRICT, forgotten)).isEmpty();
    assertThat(letterOf(PLAIN, forgotten).failure().reason()).isEqualTo(Reason.OLDER_THAN_INBOX);
    assertThat(ledger.entries(PLAIN)).containsOnlyOnce(forgotten.id());
  }

  @Test
  void one_that_is_next_by_its_version_is_not_taken_on_trust() {
    var old = found(RetainedService.idOf(-AGE_DAYS), "unseen", 1);
    publish(old);

    assertThat(letterOf(STRICT, old).failure().reason()).isEqualTo(Reason.OLDER_THAN_INBOX);
    assertThat(ledger.entries(STRICT)).doesNotContain(old.id());
  }

  private void awaitHandled(String consumer, Message message) {
    await().atMost(20, SECONDS).until(() -> ledger.entries(consumer).contains(message.id()));
  }

  private DeadLetter letterOf(String consumer, Message message) {
    return await()
        .atMost(20, SECONDS)
        .until(() -> letters(consumer, message).findFirst(), letter -> letter.isPresent())
        .orElseThrow();
  }

  private Stream<DeadLetter> letters(String consumer, Message message) {
    return office.open(null, 1_000).stream()
        .filter(letter -> letter.consumer().equals(consumer))
        .filter(letter -> message.id().equals(letter.messageId()));
  }

  private double dropped() {
    return meters
        .find("messaging.delivered")
        .tag("consumer", STRICT)
        .tag("outcome", "old")
        .counters()
        .stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private void publish(Message... messages) {
    Stream.of(messages).forEach(service::publish);
  }

  private static Message found(UUID id, String relic, long version) {
    return new Message(id, "relic", relic, version, "Found", "{}", MessageContext.NONE);
  }
}
