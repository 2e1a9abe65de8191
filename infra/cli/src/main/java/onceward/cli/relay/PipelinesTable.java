package onceward.cli.relay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The pipelines for people: a line for each, and below what to do about those that do not stream.
 *
 * @param complete turns each command of a text into one that asks the same relay
 */
record PipelinesTable(List<JsonNode> pipelines, UnaryOperator<String> complete) {

  private static final String ROW = "%-10s  %-11s  %-20s  %9s  %9s  %9s  %-8s  %s%n";
  private static final Set<String> WELL = Set.of("STREAMING", "STANDBY");
  private static final double MIB = 1024.0 * 1024.0;

  /** Whether each of them streams or stands by. */
  boolean areWell() {
    return pipelines.stream().allMatch(PipelinesTable::isWell);
  }

  String text() {
    return ROW.formatted(
            "PIPELINE", "STATE", "SINCE", "CANARY", "RETAINED", "PUBLISHED", "RESTARTS", "REASON")
        + pipelines.stream().map(PipelinesTable::row).collect(Collectors.joining())
        + pipelines.stream()
            .filter(pipeline -> !isWell(pipeline))
            .map(this::explanation)
            .collect(Collectors.joining())
        + pipelines.stream().map(PipelinesTable::warnings).collect(Collectors.joining());
  }

  /** The transitions of each pipeline, oldest first. */
  String history() {
    return pipelines.stream().map(PipelinesTable::history).collect(Collectors.joining());
  }

  private static String history(JsonNode pipeline) {
    var lines =
        new StringBuilder("%nhistory of %s:%n".formatted(pipeline.path("pipeline").asText()));
    for (var transition : pipeline.path("history")) {
      lines.append(
          "  %-20s  %-11s -> %-11s  %s%s%n"
              .formatted(
                  transition.path("at").asText().replaceAll("\\.\\d+", ""),
                  transition.path("from").asText(),
                  transition.path("to").asText(),
                  transition.path("cause").asText(),
                  by(transition)));
    }
    return lines.toString();
  }

  /** Whose command it was. The name is as given; the relay knows the role and the address. */
  private static String by(JsonNode transition) {
    return transition.has("operator")
        ? transition.has("role")
            ? "; by %s (%s, from %s)"
                .formatted(
                    transition.path("operator").asText(),
                    transition.path("role").asText(),
                    transition.path("address").asText())
            : "; by " + transition.path("operator").asText()
        : "";
  }

  private static String row(JsonNode pipeline) {
    return ROW.formatted(
        pipeline.path("pipeline").asText(),
        pipeline.path("state").asText(),
        pipeline.path("since").asText().replaceAll("\\.\\d+", ""),
        pipeline.has("canaryAgeSeconds")
            ? "%.1f s".formatted(pipeline.path("canaryAgeSeconds").asDouble())
            : "-",
        pipeline.has("retainedBytes")
            ? "%.1f MiB".formatted(pipeline.path("retainedBytes").asLong() / MIB)
            : "-",
        pipeline.path("published").asText(),
        pipeline.path("restarts").asText(),
        isWell(pipeline)
            ? pipeline.path("sentence").asText()
            : pipeline.path("reason").asText("see below"));
  }

  /** A pipeline that waits for a server has no remedy and no page. */
  private String explanation(JsonNode pipeline) {
    var lines =
        new StringBuilder(
            "%n%s: %s%n"
                .formatted(pipeline.path("pipeline").asText(), pipeline.path("sentence").asText()));
    if (pipeline.has("remedy")) {
      lines.append(
          "  to mend it: %s%n".formatted(complete.apply(pipeline.path("remedy").asText())));
    }
    if (pipeline.has("message")) {
      lines.append(
          "  or quarantine the message: %s %s%n"
              .formatted(
                  complete.apply("infra/onceward relay quarantine"),
                  pipeline.path("message").asText()));
    }
    if (pipeline.has("reason")) {
      lines.append(
          "  read: infra/docs/runbook/%s.md%n".formatted(pipeline.path("reason").asText()));
    }
    return lines.toString();
  }

  /** What is to be mended although the pipeline may be well. */
  private static String warnings(JsonNode pipeline) {
    var lines = new StringBuilder();
    for (var warning : pipeline.path("warnings")) {
      lines.append(
          "%nWARNING %s: %s%n".formatted(pipeline.path("pipeline").asText(), warning.asText()));
    }
    return lines.toString();
  }

  private static boolean isWell(JsonNode pipeline) {
    return WELL.contains(pipeline.path("state").asText());
  }
}
