package onceward.messaging.tests.subscription;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.subscription.MessageHandler;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import onceward.messaging.tests.Ledger;
import org.junit.jupiter.api.Test;

/**
 * Goal: a message that is in two hands at once, as while its partition moves, is handled by one of
 * them while the other waits.
 *
 * <p>Method: one consumer reads two topics, each with a group, a thread and a connection of its
 * own, and the same message lies on both.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.simultaneous", value = "true")
@MessagingTest(
    name = "hands",
    topics = {"left.events", "right.events"})
class SimultaneousDeliveryTest {

  private static final String CONSUMER = "two-handed-consumer";

  @Serdeable
  record Opened(String note) {}

  @Factory
  @Requires(property = "ledger.simultaneous")
  static class Subscribed {

    static final AtomicInteger INSIDE = new AtomicInteger();
    static final CountDownLatch MAY_END = new CountDownLatch(1);

    @Singleton
    Subscription left(Ledger ledger) {
      return Subscription.of(CONSUMER, "left.events").on("Opened", Opened.class, slowly(ledger));
    }

    @Singleton
    Subscription right(Ledger ledger) {
      return Subscription.of(CONSUMER, "right.events").on("Opened", Opened.class, slowly(ledger));
    }

    private static MessageHandler<Opened> slowly(Ledger ledger) {
      return (_, message) -> {
        INSIDE.incrementAndGet();
        ledger.enter(CONSUMER, message);
        assertThat(MAY_END.await(20, SECONDS)).isTrue();
      };
    }
  }

  @Inject TestService service;
  @Inject Ledger ledger;
  @Inject MeterRegistry meters;

  @Test
  void one_handles_it_while_the_other_waits_and_then_finds_it_done() {
    var id = TestMessages.newId();
    service.publish(opened(id, "left"));
    service.publish(opened(id, "right"));

    await()
        .atMost(20, SECONDS)
        .until(() -> Subscribed.INSIDE.get() + sessionsThatWaitForALock() == 2);
    assertThat(Subscribed.INSIDE).hasValue(1);

    Subscribed.MAY_END.countDown();
    await().atMost(20, SECONDS).until(() -> delivered("handled") + delivered("duplicate") == 2);
    assertThat(delivered("duplicate")).isEqualTo(1);
    assertThat(ledger.entries(CONSUMER)).containsExactly(id);
  }

  private int sessionsThatWaitForALock() {
    try (var connection = service.connect();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select count(*) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock'
                """)) {
      row.next();
      return row.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot see who waits", e);
    }
  }

  private double delivered(String outcome) {
    return meters.find("messaging.delivered").tag("outcome", outcome).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private static Message opened(UUID id, String hand) {
    return new Message(id, hand, "a", 1, "Opened", "{\"note\":\"hello\"}", MessageContext.NONE);
  }
}
