package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;

/** What jobs would take, in words. */
final class Plan {

  private Plan() {}

  /** E.g. {@code 3400 dead letters of 2 groups at auth-service (1f2e: 3000, 77ab: 400)}. */
  static String describe(List<JsonNode> plans) {
    return plans.stream()
        .filter(plan -> plan.path("total").asLong() > 0)
        .map(Plan::describe)
        .collect(Collectors.joining(", and "));
  }

  private static String describe(JsonNode plan) {
    var groups =
        plan.path("groups").properties().stream()
            .map(group -> group.getKey() + ": " + group.getValue().asLong())
            .collect(Collectors.joining(", "));
    return "%s of %s at %s (%s)"
        .formatted(
            counted(plan.path("total").asLong(), "dead letter"),
            counted(plan.path("groups").size(), "group"),
            plan.path("service").asText(),
            groups);
  }

  private static String counted(long count, String what) {
    return "%d %s%s".formatted(count, what, count == 1 ? "" : "s");
  }
}
