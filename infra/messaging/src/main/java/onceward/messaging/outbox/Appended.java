package onceward.messaging.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.Message;
import org.jspecify.annotations.Nullable;

/**
 * Counts the messages that were appended and committed: {@code messaging.appended}, by topic. A
 * message that rolled back does not count. Does nothing without a registry. Safe for use by many
 * threads.
 */
@Singleton
final class Appended {

  private final @Nullable MeterRegistry meters;
  private final Map<String, Counter> counters = new ConcurrentHashMap<>();

  Appended(@Nullable MeterRegistry meters) {
    this.meters = meters;
  }

  /** Counts messages about one kind of aggregate when the open transaction has committed. */
  void count(CurrentTransaction transaction, String aggregateType, int messages) {
    if (meters != null) {
      var counter = counters.computeIfAbsent(aggregateType, type -> counter(meters, type));
      transaction.afterCommit("count what is appended", () -> counter.increment(messages));
    }
  }

  private static Counter counter(MeterRegistry meters, String aggregateType) {
    return Counter.builder("messaging.appended")
        .description("Messages appended to the outbox and committed")
        .tag("topic", Message.topicOf(aggregateType))
        .register(meters);
  }
}
