package onceward.cli.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import onceward.ledger.verify.Stall;

/** What stands still, as programs and databases tell it. */
final class Stalls {

  private static final String GONE = "infra/docs/runbook/records-gone.md";

  private static final Set<String> WELL = Set.of("STREAMING", "STANDBY");

  private Stalls() {}

  /**
   * A program that does not answer.
   *
   * @param sentence may begin with the name of the program
   */
  static Stall ofSilent(String program, String sentence) {
    String rest =
        sentence.startsWith(program + " ") ? sentence.substring(program.length() + 1) : sentence;
    return new Stall(program, rest, false, Optional.empty(), Optional.empty());
  }

  /** A slot, as the database shows it. */
  static Stall ofSlot(String sentence) {
    return new Stall(
        "relay:",
        sentence,
        true,
        Optional.of("ask its relay why: `relay status`, or GET /relay at its management port"),
        Optional.empty());
  }

  /**
   * The pipelines that neither stream nor stand by.
   *
   * @param relay what the relay reports
   * @param complete completes each command in a text
   */
  static List<Stall> ofPipelines(JsonNode relay, UnaryOperator<String> complete) {
    var stalls = new ArrayList<Stall>();
    for (var pipeline : relay.path("pipelines")) {
      var state = pipeline.path("state").asText();
      if (!WELL.contains(state)) {
        var reason = Optional.of(pipeline.path("reason").asText()).filter(code -> !code.isEmpty());
        stalls.add(
            new Stall(
                "pipeline " + pipeline.path("pipeline").asText(),
                "is %s%s: %s"
                    .formatted(
                        state,
                        reason.map(" (%s)"::formatted).orElse(""),
                        pipeline.path("sentence").asText()),
                state.equals("STOPPED"),
                Optional.of(pipeline.path("remedy").asText())
                    .filter(remedy -> !remedy.isEmpty())
                    .map(complete),
                reason.map("infra/docs/runbook/%s.md"::formatted)));
      }
    }
    return stalls;
  }

  /**
   * The subscriptions through which messages do not flow.
   *
   * @param messaging what a service reports
   * @param next the command that shows more
   */
  static List<Stall> ofSubscriptions(JsonNode messaging, String next) {
    var stalls = new ArrayList<Stall>();
    for (var subscription : messaging.path("subscriptions")) {
      if (!subscription.path("flows").asBoolean(true)) {
        stalls.add(
            new Stall(
                "consumer %s of %s:"
                    .formatted(
                        subscription.path("consumer").asText(),
                        subscription.path("topic").asText()),
                subscription.path("reason").asText(),
                isStopped(subscription),
                Optional.of(next),
                Optional.of(GONE).filter(page -> hasStoppedPartition(subscription))));
      }
    }
    return stalls;
  }

  private static boolean isStopped(JsonNode subscription) {
    return subscription.path("stopped").asBoolean() || hasStoppedPartition(subscription);
  }

  private static boolean hasStoppedPartition(JsonNode subscription) {
    return subscription.path("partitions").properties().stream()
        .anyMatch(partition -> partition.getValue().has("stopped"));
  }
}
