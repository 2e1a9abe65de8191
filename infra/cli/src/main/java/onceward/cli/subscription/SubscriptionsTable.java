package onceward.cli.subscription;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The subscriptions for people: a line for each, and below what to do about those through which
 * messages do not flow.
 *
 * @param deadLetters the groups of open dead letters, which wait although messages flow
 * @param command completes a command, so that it asks the same services
 */
record SubscriptionsTable(
    List<JsonNode> subscriptions, List<JsonNode> deadLetters, UnaryOperator<String> command) {

  private static final String ROW = "%-24s  %-20s  %-14s  %-12s  %10s%n";

  /** Whether messages flow through each of them. */
  boolean areWell() {
    return subscriptions.stream().allMatch(SubscriptionsTable::flows);
  }

  String text() {
    return ROW.formatted("CONSUMER", "TOPIC", "SERVICE", "STATE", "LAG")
        + subscriptions.stream().map(SubscriptionsTable::row).collect(Collectors.joining())
        + subscriptions.stream()
            .filter(subscription -> !flows(subscription))
            .map(this::explanation)
            .collect(Collectors.joining())
        + openLetters();
  }

  private String openLetters() {
    if (deadLetters.isEmpty()) {
      return "";
    }
    var open = deadLetters.stream().mapToLong(group -> group.path("open").asLong()).sum();
    return "%nopen dead letters: %,d, which wait for an operator%n".formatted(open)
        + deadLetters.stream().map(SubscriptionsTable::group).collect(Collectors.joining())
        + "  to list them: %s%n".formatted(command.apply("dlq ls"));
  }

  private static String group(JsonNode group) {
    return "  %,d of %s (%s): %s%n"
        .formatted(
            group.path("open").asLong(),
            group.path("consumer").asText(),
            group.path("service").asText(),
            group.path("exception").asText());
  }

  private static String row(JsonNode subscription) {
    return ROW.formatted(
        subscription.path("consumer").asText(),
        subscription.path("topic").asText(),
        subscription.path("service").asText(),
        state(subscription),
        lag(subscription));
  }

  private static String state(JsonNode subscription) {
    if (flows(subscription)) {
      return "flows";
    }
    return isStopped(subscription)
        ? "STOPPED"
        : hasStoppedPartition(subscription) ? "PART STOPPED" : "WAITS";
  }

  /**
   * Of the partitions that this process reads. Unknown until Kafka has answered for all, and while
   * a consumer stands beyond the end of a log that was cut off or made anew.
   */
  private static String lag(JsonNode subscription) {
    var lag = 0L;
    for (var partition : subscription.path("partitions")) {
      if (partition.path("lag").asLong(-1) < 0) {
        return "-";
      }
      lag += partition.path("lag").asLong();
    }
    return "%,d".formatted(lag);
  }

  private String explanation(JsonNode subscription) {
    var consumer = subscription.path("consumer").asText();
    var topic = subscription.path("topic").asText();
    var lines =
        new StringBuilder(
            "%n%s of %s: %s%n".formatted(consumer, topic, subscription.path("reason").asText()));
    if (isStopped(subscription)) {
      lines.append(
          "  when the cause is mended: %s%n  read before: infra/docs/runbook/consumer-stopped.md%n"
              .formatted(command.apply("messaging resume %s %s".formatted(consumer, topic))));
    } else if (hasStoppedPartition(subscription)) {
      lines.append(
          "  to go on all the same: %s%n  read before: infra/docs/runbook/records-gone.md%n"
              .formatted(command.apply("messaging accept %s %s".formatted(consumer, topic))));
    } else {
      lines.append("  it tries again by itself%n".formatted());
    }
    return lines.toString();
  }

  private static boolean flows(JsonNode subscription) {
    return subscription.path("flows").asBoolean();
  }

  private static boolean isStopped(JsonNode subscription) {
    return subscription.path("stopped").asBoolean();
  }

  private static boolean hasStoppedPartition(JsonNode subscription) {
    return subscription.path("partitions").properties().stream()
        .anyMatch(partition -> partition.getValue().has("stopped"));
  }
}
