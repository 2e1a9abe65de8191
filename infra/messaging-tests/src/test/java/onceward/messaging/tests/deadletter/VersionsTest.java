package onceward.messaging.tests.deadletter;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.deadletter.Reason;
import onceward.messaging.deadletter.RetryFailedException;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Versions;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import onceward.messaging.tests.resilience.LibraryLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Goal: a subscription that asks for it sees versions 1, 2, 3 … of each aggregate, or says so. */
@MicronautTest(transactional = false)
@Property(name = "ledger.versions", value = "true")
@Property(name = "messaging.kill-switch.messages-min", value = "1000000")
@Property(name = "messaging.dead-letters.keep-stack-trace", value = "true")
class VersionsTest extends LedgerServiceTest {

  private static final String STRICT = "strict-consumer";
  private static final String LATE = "late-consumer";

  @Serdeable
  record Taken() {}

  @Factory
  @Requires(property = "ledger.versions")
  static class Subscribed {

    static final Set<UUID> POISONOUS = ConcurrentHashMap.newKeySet();

    @Singleton
    Subscription strict(Ledger ledger) {
      return subscription(STRICT, ledger).versions(Versions.GAPLESS);
    }

    @Singleton
    Subscription late(Ledger ledger) {
      return subscription(LATE, ledger).versions(Versions.GAPLESS_FROM_FIRST_SEEN);
    }

    private static Subscription subscription(String consumer, Ledger ledger) {
      return Subscription.of(consumer, "step.events")
          .on(
              "Taken",
              Taken.class,
              (_, message) -> {
                ledger.enter(consumer, message);
                if (POISONOUS.contains(message.id()) && consumer.equals(STRICT)) {
                  throw new IllegalStateException("ada@example.com took no step");
                }
              });
    }
  }

  @Inject Ledger ledger;
  @Inject DeadLetterOffice office;
  @Inject Letters letters;
  @Inject MeterRegistry meters;

  @AfterEach
  void discardWhatIsLeft() {
    letters.discardAll();
  }

  @Test
  void a_version_that_skips_ahead_waits_until_the_missing_ones_have_come() {
    var steps = steps("a", 6);
    publish(steps.get(0), steps.get(3), steps.get(4));

    var letter = letters.awaitOf(STRICT, steps.get(3));
    assertThat(letter.failure().reason()).isEqualTo(Reason.VERSION_GAP);
    assertThat(letter.failure().exception()).isEqualTo("version 4 came after version 1");
    assertThat(letter.key()).isEqualTo("a");
    assertHandled(STRICT, steps.get(0));

    publish(steps.get(1), steps.get(2), steps.get(5));
    await().atMost(20, SECONDS).until(() -> handled(STRICT).contains(steps.get(5).id()));
    assertThat(handled(STRICT)).containsSubsequence(ids(steps)).doesNotHaveDuplicates();
    assertThat(letters.of(STRICT, "a")).isEmpty();
  }

  @Test
  void the_missing_ones_may_come_in_any_order() {
    var steps = steps("b", 5);
    publish(steps.get(0), steps.get(4), steps.get(2), steps.get(3), steps.get(1));

    await().atMost(20, SECONDS).until(() -> handled(STRICT).contains(steps.get(4).id()));
    assertThat(handled(STRICT)).containsSubsequence(ids(steps)).doesNotHaveDuplicates();
    assertThat(letters.of(STRICT, "b")).isEmpty();
  }

  /** Its claim would hide from everybody that it had no effect. */
  @Test
  void an_old_version_under_a_new_id_is_dropped_and_counted_and_told() {
    var steps = steps("c", 2);
    var again = taken("c", 1);
    var last = taken("c", 3);
    var before = old(STRICT);
    try (var log = new LibraryLog()) {
      publish(steps.get(0), steps.get(1), again, last);

      await().atMost(20, SECONDS).until(() -> handled(STRICT).contains(last.id()));
      assertThat(handled(STRICT)).doesNotContain(again.id());
      await().atMost(20, SECONDS).until(() -> old(STRICT) == before + 1);
      assertThat(log.lines())
          .filteredOn(line -> line.contains(STRICT) && line.contains(again.id().toString()))
          .singleElement(as(STRING))
          .contains("has no effect", "not newer than version 2");
    }
  }

  /** Method: the claims are taken away, as they are when a partition of the inbox is dropped. */
  @Test
  void an_effect_stays_one_when_its_inbox_row_has_long_been_purged() throws Exception {
    var steps = steps("d", 3);
    steps.subList(0, 2).forEach(service::publish);
    await().atMost(20, SECONDS).until(() -> handled(STRICT).contains(steps.get(1).id()));
    try (var connection = service.connect();
        var purge = connection.prepareStatement("delete from inbox where message_id = any (?)")) {
      purge.setArray(1, connection.createArrayOf("uuid", ids(steps).toArray()));
      assertThat(purge.executeUpdate()).isGreaterThanOrEqualTo(2);
    }

    steps.forEach(service::publish);
    await().atMost(20, SECONDS).until(() -> handled(STRICT).contains(steps.get(2).id()));
    assertThat(handled(STRICT)).containsSubsequence(ids(steps)).doesNotHaveDuplicates();
  }

  @Test
  void types_without_a_handler_count_as_versions_and_are_no_gap() {
    var first = taken("e", 1);
    var unknown = message("e", 2, "Painted");
    var last = taken("e", 3);
    publish(first, unknown, last);

    await().atMost(20, SECONDS).until(() -> handled(STRICT).contains(last.id()));
  }

  @Test
  void retrying_a_letter_that_came_too_early_gives_up_what_is_missing() {
    var steps = steps("f", 6);
    publish(steps.get(0), steps.get(3), steps.get(2), steps.get(4), steps.get(5));
    var letter = letters.awaitOf(STRICT, steps.get(3));
    await().atMost(20, SECONDS).until(() -> service.inbox(STRICT).parked("f") == 3);

    assertThat(office.retry(letter.id()).released()).isEqualTo(3);

    assertThat(handled(STRICT))
        .containsSubsequence(
            ids(List.of(steps.get(0), steps.get(2), steps.get(3), steps.get(4), steps.get(5))));
    assertThat(letters.of(STRICT, "f")).isEmpty();
  }

  @Test
  void a_letter_that_came_too_early_and_has_nothing_behind_it_releases_none() {
    var early = taken("i", 2);
    publish(early);
    var letter = letters.awaitOf(STRICT, early);

    assertThat(office.retry(letter.id()).released()).isZero();
    assertThat(handled(STRICT)).contains(early.id());
  }

  @Test
  void a_gap_that_closes_by_itself_is_told_of_with_its_letter() {
    var steps = steps("j", 3);
    try (var log = new LibraryLog()) {
      publish(steps.get(0), steps.get(2));
      var letter = letters.awaitOf(STRICT, steps.get(2));
      publish(steps.get(1));

      await()
          .atMost(30, SECONDS)
          .untilAsserted(() ->
              assertThat(log.lines())
                  .filteredOn(line -> line.contains(letter.id().toString()))
                  .anySatisfy(line ->
                      assertThat(line)
                          .contains("closes by itself", "version 3 came after version 1")));
    }
    assertThat(letters.of(STRICT, "j")).isEmpty();
  }

  @Test
  void one_of_the_missing_that_is_poison_comes_first() {
    var steps = steps("g", 3);
    Subscribed.POISONOUS.add(steps.get(1).id());
    publish(steps.get(0), steps.get(2), steps.get(1));
    var poison = letters.awaitOf(STRICT, steps.get(1));
    assertThat(poison.failure().reason()).isEqualTo(Reason.POISON);

    Subscribed.POISONOUS.clear();
    office.retry(poison.id());
    assertThat(handled(STRICT)).containsSubsequence(ids(steps)).doesNotHaveDuplicates();
    assertThat(letters.of(STRICT, "g")).isEmpty();
  }

  @Test
  void a_letter_that_came_too_early_and_cannot_be_handled_says_what_kind_of_failure_it_was() {
    var early = taken("k", 2);
    Subscribed.POISONOUS.add(early.id());
    publish(early);
    var letter = letters.awaitOf(STRICT, early);

    assertThatThrownBy(() -> office.retry(letter.id()))
        .isInstanceOf(RetryFailedException.class)
        .hasMessageContaining("failed again: IllegalStateException at ")
        .hasMessageNotContaining("ada@example.com");
    Subscribed.POISONOUS.clear();
  }

  @Test
  void
      a_letter_whose_gap_has_closed_and_whose_handler_fails_for_good_says_so_and_is_retried_by_hand() {
    var steps = steps("m", 4);
    Subscribed.POISONOUS.add(steps.get(2).id());
    publish(steps.get(0), steps.get(2), steps.get(3));
    var letter = letters.awaitOf(STRICT, steps.get(2));
    assertThat(letter.failure().reason()).isEqualTo(Reason.VERSION_GAP);
    publish(steps.get(1));

    await()
        .atMost(20, SECONDS)
        .untilAsserted(() ->
            assertThat(letters.awaitOf(STRICT, steps.get(2)).failure())
                .returns(Reason.POISON, failure -> failure.reason())
                .returns(2, failure -> failure.attempts())
                .extracting(failure -> failure.exception())
                .asString()
                .startsWith("IllegalStateException at "));
    assertThat(letters.of(STRICT, "m")).hasSize(1);

    Subscribed.POISONOUS.clear();
    assertThat(office.retry(letter.id()).released()).isEqualTo(1);
    assertThat(handled(STRICT)).containsSubsequence(ids(steps)).doesNotHaveDuplicates();
    assertThat(letters.of(STRICT, "m")).isEmpty();
  }

  @Test
  void a_gap_closes_by_itself_also_when_one_of_the_missing_had_to_be_retried() {
    var steps = steps("n", 4);
    Subscribed.POISONOUS.add(steps.get(1).id());
    publish(steps.get(0), steps.get(3), steps.get(1));
    var poison = letters.awaitOf(STRICT, steps.get(1));
    Subscribed.POISONOUS.clear();
    office.retry(poison.id());

    publish(steps.get(2));
    await().atMost(20, SECONDS).until(() -> handled(STRICT).contains(steps.get(3).id()));
    assertThat(handled(STRICT)).containsSubsequence(ids(steps)).doesNotHaveDuplicates();
    assertThat(letters.of(STRICT, "n")).isEmpty();
  }

  @Test
  void the_words_of_a_failure_are_kept_where_that_is_allowed_and_as_long_as_its_letter_is_open()
      throws SQLException {
    var poison = taken("l", 1);
    Subscribed.POISONOUS.add(poison.id());
    publish(poison);
    var letter = letters.awaitOf(STRICT, poison);

    assertThat(letter.failure().stackTrace())
        .contains("IllegalStateException: ada@example.com took no step", "\tat onceward.");
    office.discard(letter.id());
    try (var connection = service.connect();
        var select =
            connection.prepareStatement(
                "select state from dead_letter where id = ? and stack_trace is null")) {
      select.setObject(1, letter.id());
      assertThat(select.executeQuery().next()).isTrue();
    }
  }

  @Test
  void a_strict_subscription_begins_with_version_1_a_late_one_with_any() {
    var fifth = taken("h", 5);
    var seventh = taken("h", 7);
    publish(fifth, seventh);

    assertThat(letters.awaitOf(STRICT, fifth).failure().exception())
        .isEqualTo("version 5 came first");
    await().atMost(20, SECONDS).until(() -> handled(LATE).contains(fifth.id()));
    await()
        .atMost(20, SECONDS)
        .until(() ->
            letters.of(LATE, "h").stream()
                .anyMatch(letter -> seventh.id().equals(letter.messageId())));
  }

  private void assertHandled(String consumer, Message message) {
    await().atMost(20, SECONDS).until(() -> handled(consumer).contains(message.id()));
  }

  private List<UUID> handled(String consumer) {
    return ledger.entries(consumer);
  }

  private double old(String consumer) {
    var counter =
        meters
            .find("messaging.delivered")
            .tag("outcome", "old")
            .tag("consumer", consumer)
            .counter();
    return counter == null ? 0 : counter.count();
  }

  private void publish(Message... messages) {
    Stream.of(messages).forEach(service::publish);
  }

  private static List<Message> steps(String key, int count) {
    return LongStream.rangeClosed(1, count).mapToObj(version -> taken(key, version)).toList();
  }

  private static Message taken(String key, long version) {
    return message(key, version, "Taken");
  }

  private static Message message(String key, long version, String type) {
    return new Message(TestMessages.newId(), "step", key, version, type, "{}", MessageContext.NONE);
  }
}
