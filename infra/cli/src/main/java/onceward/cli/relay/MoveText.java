package onceward.cli.relay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** How a move stands, for people. */
final class MoveText {

  private static final Set<String> REQUESTED = Set.of("AWAITS_FENCE", "DRAINS", "LEFT", "ARRIVES");
  private static final Set<String> DEPARTED = Set.of("LEFT", "ARRIVES");

  private MoveText() {}

  /** Whether the pipeline has left, and its outbox is what it left. */
  static boolean isProven(JsonNode move) {
    return stage(move).equals("LEFT") && !move.has("difference");
  }

  static String stage(JsonNode move) {
    return move.path("stage").asText();
  }

  /** Each step, with whether it is done; below, what to do next. */
  static String describe(JsonNode move) {
    var text = new StringBuilder();
    text.append(
        "pipeline %s, connected to cluster %s: %s%n"
            .formatted(move.path("pipeline").asText(), move.path("cluster").asText(), stage(move)));
    text.append(
        step(
            REQUESTED.contains(stage(move)),
            move.has("operator")
                ? "requested by %s at %s"
                    .formatted(
                        move.path("operator").asText(),
                        move.path("requestedAt").asText().replaceAll("\\.\\d+", ""))
                : "requested"));
    text.append(
        step(
            move.path("fenced").asBoolean() || stage(move).equals("ARRIVES"),
            "fenced: no row can be appended to the outbox"));
    text.append(
        step(
            DEPARTED.contains(stage(move)),
            move.has("place")
                ? "all is published that was committed before %s: %,d rows in the outbox, %,d messages parked"
                    .formatted(
                        move.path("place").asText(),
                        move.path("outboxRows").asLong(),
                        move.path("parkedRows").asLong())
                : "all is published"));
    text.append(
        step(
            stage(move).equals("ARRIVES"),
            move.has("leftCluster") && stage(move).equals("ARRIVES")
                ? "connected to another cluster than %s, which it left"
                    .formatted(move.path("leftCluster").asText())
                : "connected to the new cluster"));
    if (move.path("openRequests").asInt() > 0) {
      text.append(
          "%d requests to republish are open: let them end, or cancel them%n"
              .formatted(move.path("openRequests").asInt()));
    }
    if (move.path("parkedMessages").asLong() > 0) {
      text.append(
          "%,d messages are parked: they move with table relay_parked%n"
              .formatted(move.path("parkedMessages").asLong()));
    }
    if (move.has("difference")) {
      text.append("the outbox differs: %s%n".formatted(move.path("difference").asText()));
    }
    text.append(
        "the pipeline is %s: %s%n"
            .formatted(
                move.path("pipelineState").asText(), move.path("pipelineSentence").asText()));
    text.append(remedy(move));
    return text.toString();
  }

  /** Of a stop; one for the move itself says nothing that the next step does not. */
  private static String remedy(JsonNode move) {
    var reason = move.path("pipelineReason").asText();
    return reason.isEmpty() || reason.equals("moved")
        ? ""
        : "  to mend it: %s%n  read: infra/docs/runbook/%s.md%n"
            .formatted(move.path("pipelineRemedy").asText(), reason);
  }

  private static String step(boolean isDone, String what) {
    return "  [%s] %s%n".formatted(isDone ? "x" : " ", what);
  }

  /** One line, while a command follows. */
  static String line(JsonNode move) {
    return stage(move).equals("DRAINS")
        ? "%s: %,d bytes of log are to be published; %s"
            .formatted(
                stage(move),
                move.path("unpublishedBytes").asLong(),
                move.path("pipelineSentence").asText())
        : "%s: %s".formatted(stage(move), move.path("pipelineSentence").asText());
  }
}
