package onceward.cli.topic;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of creating a topic. The JSON form's field names are relied upon.
 *
 * @param outcome {@code created}, {@code would be created}, {@code exists} or {@code refused}
 * @param settings those asked for, by Kafka's names
 * @param differences of a topic that exists and is not as asked for, by name
 * @param reason why Kafka refuses to create it; null when it does not
 */
record TopicResult(
    String topic,
    String outcome,
    int partitions,
    int replication,
    Map<String, String> settings,
    Map<String, Difference> differences,
    @Nullable String reason) {

  private static final String EXISTS = "exists";

  /** What a topic has, and what was asked for. */
  record Difference(String has, String wanted) {}

  /** It is as planned, or would be. */
  static TopicResult asPlanned(TopicPlan plan, boolean dryRun) {
    return of(plan, dryRun ? "would be created" : "created", Map.of(), null);
  }

  /** There is one of that name. */
  static TopicResult existing(TopicPlan plan, Map<String, Difference> differences) {
    return of(plan, EXISTS, differences, null);
  }

  /** Kafka does not create it. */
  static TopicResult refused(TopicPlan plan, @Nullable String reason) {
    return of(plan, "refused", Map.of(), reason == null ? "Kafka gives no reason" : reason);
  }

  private static TopicResult of(
      TopicPlan plan,
      String outcome,
      Map<String, Difference> differences,
      @Nullable String reason) {
    return new TopicResult(
        plan.name(),
        outcome,
        plan.partitions(),
        plan.replication(),
        plan.settings(),
        differences,
        reason);
  }

  /** Whether the topic is as asked for, or would be. */
  boolean holds() {
    return reason == null && differences.isEmpty();
  }

  /** One sentence, and a line for each setting. */
  String text() {
    if (reason != null) {
      return "Kafka refuses to create topic %s: %s%n".formatted(topic, reason);
    }
    if (!differences.isEmpty()) {
      return "Topic %s exists with other settings than requested; nothing was changed:%n%s"
          .formatted(topic, lines(differences, one -> one.has() + ", requested " + one.wanted()));
    }
    return "Topic %s %s: partitions %d, replicas %d%n%s"
        .formatted(
            topic,
            outcome.equals(EXISTS) ? "exists as requested" : outcome,
            partitions,
            replication,
            lines(settings, value -> value));
  }

  private static <V> String lines(Map<String, V> byName, Function<V, String> value) {
    return byName.entrySet().stream()
        .map(one -> "  %s=%s%n".formatted(one.getKey(), value.apply(one.getValue())))
        .collect(Collectors.joining());
  }
}
