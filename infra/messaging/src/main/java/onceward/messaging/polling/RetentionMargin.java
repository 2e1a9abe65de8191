package onceward.messaging.polling;

import java.time.Duration;
import java.util.Optional;
import onceward.messaging.offsets.TopicRetention;
import onceward.messaging.subscription.Subscription;

/**
 * How much longer the inbox remembers a message than its topic can bring the message again. Every
 * record that the topic keeps counts, wherever the group stands: a group may be sent back to the
 * first record, and a record that is handled late is as old. Pure.
 *
 * @param remembers how long the inbox remembers a message at least
 */
record RetentionMargin(Subscription subscription, Duration remembers, TopicRetention topic) {

  private static final double MILLIS = 1e3;

  /** In seconds; negative infinity if the topic keeps records for ever. */
  double seconds() {
    var kept = topic.kept();
    return kept == null ? Double.NEGATIVE_INFINITY : remembers.minus(kept).toMillis() / MILLIS;
  }

  /** What is wrong and what to do, with both figures; empty if the margin is not negative. */
  Optional<String> warning() {
    if (seconds() >= 0) {
      return Optional.empty();
    }
    var kept = topic.kept();
    return Optional.of(
        "the inbox remembers messages for %s, and %s keeps records %s: a message that comes again later becomes a dead letter (older-than-inbox). %s"
            .formatted(
                words(remembers),
                subscription.topic(),
                kept == null ? "for ever" : "for up to " + words(kept),
                kept == null
                    ? "Set cleanup.policy=delete and a retention.ms for the topic"
                    : "Lower retention.ms and segment.ms of the topic, or raise messaging.retention.inbox above "
                        + words(kept)));
  }

  private static String words(Duration time) {
    return time.toDays() > 0 && time.equals(Duration.ofDays(time.toDays()))
        ? "%d days".formatted(time.toDays())
        : "%.1f hours".formatted(time.toMinutes() / 60.0);
  }
}
