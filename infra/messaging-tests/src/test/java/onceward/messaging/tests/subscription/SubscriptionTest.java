package onceward.messaging.tests.subscription;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.TransientFailureException;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * Goal: whatever is delivered, however often, and whatever fails on the way, has its effect once
 * and in order.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.subscription", value = "true")
class SubscriptionTest extends LedgerServiceTest {

  private static final String CONSUMER = "ledger-consumer";

  @Serdeable
  record Opened(String note) {}

  @Factory
  @io.micronaut.context.annotation.Requires(property = "ledger.subscription")
  static class Subscribed {

    /** Messages that cannot be handled for now. */
    static final Set<UUID> FAILING = ConcurrentHashMap.newKeySet();

    /** Messages whose handler breaks as badly as code can. */
    static final Set<UUID> BREAKING = ConcurrentHashMap.newKeySet();

    /** Messages whose handler takes its effect back without a word. */
    static final Set<UUID> ROLLING_BACK = ConcurrentHashMap.newKeySet();

    @Singleton
    Subscription things(Ledger ledger, TransactionOperations<Connection> transactions) {
      return Subscription.of(CONSUMER, "thing.events")
          .on(
              "Opened",
              Opened.class,
              (_, message) -> {
                ledger.enter(CONSUMER, message);
                if (FAILING.contains(message.id())) {
                  throw new TransientFailureException("not now", new IllegalStateException());
                }
                if (BREAKING.contains(message.id())) {
                  throw new StackOverflowError();
                }
                if (ROLLING_BACK.contains(message.id())) {
                  transactions.findTransactionStatus().orElseThrow().setRollbackOnly();
                }
              });
    }
  }

  @Inject Ledger ledger;
  @Inject MeterRegistry meters;

  @Test
  void a_message_delivered_three_times_has_one_effect() {
    var message = opened("a", 1);
    var last = opened("a", 2);
    service.publish(message);
    service.publish(message);
    service.publish(message);
    service.publish(last);

    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(last.id()));
    assertThat(ledger.entries(CONSUMER)).containsOnlyOnce(message.id());
    assertThat(service.inbox(CONSUMER).contains(message.id())).isTrue();
  }

  /** Handled again, even if it is rolled back, a message could fail where it once succeeded. */
  @Test
  void a_message_that_comes_again_does_not_reach_its_handler() {
    var message = opened("g", 1);
    var behind = opened("g", 2);
    service.publish(message);
    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).contains(message.id()));

    Subscribed.FAILING.add(message.id());
    service.publish(message);
    service.publish(behind);

    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).contains(behind.id()));
  }

  @Test
  void a_message_that_fails_is_tried_until_it_succeeds_and_those_behind_it_wait() {
    var failing = opened("b", 1);
    var behind = List.of(opened("b", 2), opened("b", 3));
    Subscribed.FAILING.add(failing.id());
    var failedBefore = delivered("failed");
    service.publish(failing);
    behind.forEach(service::publish);

    await().atMost(20, SECONDS).until(() -> delivered("failed") >= failedBefore + 3);
    assertThat(ledger.entries(CONSUMER)).doesNotContain(failing.id(), behind.get(0).id());

    Subscribed.FAILING.remove(failing.id());
    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(behind.get(1).id()));
    assertThat(ledger.entries(CONSUMER))
        .containsSubsequence(failing.id(), behind.get(0).id(), behind.get(1).id())
        .containsOnlyOnce(failing.id());
  }

  @Test
  void a_handler_that_breaks_with_an_error_does_not_end_the_consumer() {
    assertHandledOnceItNoLongerIsIn(Subscribed.BREAKING, opened("e", 1));
  }

  @Test
  void a_handler_that_marks_its_transaction_to_roll_back_has_not_handled_the_message() {
    assertHandledOnceItNoLongerIsIn(Subscribed.ROLLING_BACK, opened("f", 1));
  }

  private void assertHandledOnceItNoLongerIsIn(Set<UUID> trouble, Message message) {
    trouble.add(message.id());
    var failedBefore = delivered("failed");
    service.publish(message);
    await().atMost(20, SECONDS).until(() -> delivered("failed") >= failedBefore + 2);
    assertThat(service.inbox(CONSUMER).contains(message.id())).isFalse();
    assertThat(ledger.entries(CONSUMER)).doesNotContain(message.id());

    trouble.remove(message.id());
    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).contains(message.id()));
    assertThat(ledger.entries(CONSUMER)).containsOnlyOnce(message.id());
  }

  /** Method: the transaction that wrote a row is its xmin. */
  @Test
  void what_waits_in_a_partition_is_handled_in_one_transaction() {
    var first = opened("g", 1);
    Subscribed.FAILING.add(first.id());
    service.publish(first);
    var behind = LongStream.rangeClosed(2, 100).mapToObj(version -> opened("g", version)).toList();
    behind.forEach(service::publish);
    Subscribed.FAILING.remove(first.id());

    var last = behind.getLast().id();
    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(last));
    var ids = behind.stream().map(Message::id).toList();
    assertThat(ledger.entries(CONSUMER)).containsSubsequence(ids).doesNotHaveDuplicates();
    assertThat(ledger.transactions(ids)).isLessThan(20);
  }

  @Test
  void one_that_fails_among_many_takes_none_of_the_others_with_it() {
    var many = LongStream.rangeClosed(1, 50).mapToObj(version -> opened("h", version)).toList();
    var failing = many.get(30).id();
    Subscribed.FAILING.add(failing);
    many.forEach(service::publish);

    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(many.get(29).id()));
    assertThat(ledger.entries(CONSUMER)).doesNotContain(failing, many.get(31).id());
    Subscribed.FAILING.remove(failing);
    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(many.getLast().id()));
    assertThat(ledger.entries(CONSUMER))
        .containsSubsequence(many.stream().map(Message::id).toList())
        .doesNotHaveDuplicates();
  }

  /** Goal: whatever dies now, the next process starts at the message that has had no effect yet. */
  @Test
  void the_committed_offset_stays_at_a_message_that_has_not_been_handled() throws Exception {
    var handled = opened("i", 1);
    var failing = opened("i", 2);
    Subscribed.FAILING.add(failing.id());
    var failedBefore = delivered("failed");
    service.publish(handled);
    var at = service.publish(failing);
    await().atMost(20, SECONDS).until(() -> delivered("failed") >= failedBefore + 3);

    assertThat(committed(at.partition())).isEqualTo(at.offset());
    Subscribed.FAILING.remove(failing.id());
    await().atMost(20, SECONDS).until(() -> committed(at.partition()) == at.offset() + 1);
  }

  private static long committed(int partition) throws Exception {
    var servers =
        Map.<String, Object>of("bootstrap.servers", TestServers.kafka().bootstrapServers());
    try (var admin = Admin.create(servers)) {
      var offsets =
          admin
              .listConsumerGroupOffsets(CONSUMER + ".thing.events")
              .partitionsToOffsetAndMetadata()
              .get();
      return requireNonNull(offsets.get(new TopicPartition("thing.events", partition))).offset();
    }
  }

  @Test
  void a_type_without_a_handler_is_skipped_and_not_claimed() {
    var unknown =
        new Message(TestMessages.newId(), "thing", "c", 1, "Painted", "{}", MessageContext.NONE);
    var last = opened("c", 2);
    var skippedBefore = delivered("skipped");
    service.publish(unknown);
    service.publish(last);

    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(last.id()));
    await().atMost(20, SECONDS).until(() -> delivered("skipped") == skippedBefore + 1);
    assertThat(service.inbox(CONSUMER).contains(unknown.id())).isFalse();
  }

  @Test
  void a_field_the_consumer_does_not_know_does_no_harm() {
    var message =
        new Message(
            TestMessages.newId(),
            "thing",
            "d",
            1,
            "Opened",
            "{\"note\":\"x\",\"colour\":\"red\"}",
            MessageContext.NONE);
    service.publish(message);

    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(message.id()));
  }

  private double delivered(String outcome) {
    var counter = meters.find("messaging.delivered").tag("outcome", outcome).counter();
    return counter == null ? 0 : counter.count();
  }

  private static Message opened(String thing, long version) {
    return new Message(
        TestMessages.newId(),
        "thing",
        thing,
        version,
        "Opened",
        "{\"note\":\"hello\"}",
        MessageContext.NONE);
  }
}
