package onceward.cli.republish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import onceward.cli.program.Followed;
import onceward.ledger.verify.Shortage;

/** Plans and requests in words for an operator. Pure. */
final class RepublishText {

  private static final int UNPUBLISHED_LISTED_MAX = 20;

  /** Between the commands of a remedy. */
  private static final String AND = " && ";

  /** What each reason means, in the order in which they are listed. */
  private static final Map<String, String> MEANINGS = meanings();

  private RepublishText() {}

  private static Map<String, String> meanings() {
    var meanings = new LinkedHashMap<String, String>();
    meanings.put("gone", "not published: the outbox has no such row any more");
    meanings.put("unreadable", "not published: the outbox row is no message");
    meanings.put("parked", "not published: parked in the relay, or behind a parked message");
    meanings.put("discarded", "not published: an operator has discarded them");
    return meanings;
  }

  // ---- plans

  /** A plan, line by line. */
  static String describe(String pipeline, Shortage plan) {
    var text = new StringBuilder();
    text.append("Pipeline %s: missing messages: %,d%n".formatted(pipeline, plan.total()));
    for (var topic : plan.topics()) {
      text.append(
          "  %s: %,d messages%s%n"
              .formatted(topic.topic(), topic.messages(), between(topic.oldest(), topic.newest())));
      add(
          text,
          topic.laterVersions(),
          "records with later versions of the same keys are there already: the missing messages come behind them, and consumers that look at the version mend themselves");
      add(
          text,
          topic.heldByRelay(),
          "more are held by the relay, or an operator has discarded them: `relay parked` lists what is held");
      add(
          text,
          topic.withheld(),
          "more may be behind a transaction in the topic that has not ended: see infra/docs/runbook/open-transaction.md, then plan again");
      add(
          text,
          topic.expired(),
          "more may have been deleted by age: --include-expired brings them back, --consumer those that a consumer needs");
    }
    if (plan.beyond() > 0) {
      text.append(
          "One request takes the oldest %,d messages; %,d remain for the next.%n"
              .formatted(plan.messages().size(), plan.beyond()));
    }
    plan.notes().forEach(note -> text.append("note: %s%n".formatted(note)));
    return text.toString();
  }

  private static void add(StringBuilder text, long count, String what) {
    if (count > 0) {
      text.append("    %,d %s%n".formatted(count, what));
    }
  }

  private static String between(Optional<Instant> oldest, Optional<Instant> newest) {
    return oldest.isPresent() && newest.isPresent()
        ? ", appended from %s to %s".formatted(oldest.get(), newest.get())
        : "";
  }

  /** A plan under the names that scripts know. */
  static ObjectNode json(String pipeline, Shortage plan) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("pipeline", pipeline)
        .put("at", plan.at().toString())
        .put("missing", plan.total())
        .put("planned", plan.messages().size())
        .put("remaining", plan.beyond());
    var topics = json.putArray("topics");
    for (var topic : plan.topics()) {
      var one =
          topics
              .addObject()
              .put("topic", topic.topic())
              .put("missing", topic.messages())
              .put("laterVersions", topic.laterVersions())
              .put("expired", topic.expired())
              .put("heldByRelay", topic.heldByRelay())
              .put("withheld", topic.withheld());
      topic.oldest().ifPresent(time -> one.put("oldest", time.toString()));
      topic.newest().ifPresent(time -> one.put("newest", time.toString()));
    }
    var notes = json.putArray("notes");
    plan.notes().forEach(notes::add);
    return json;
  }

  // ---- requests

  /** Its pipeline and number, as commands take them: {@code auth/3}. */
  static String name(JsonNode request) {
    return "%s/%d".formatted(request.path("pipeline").asText(), request.path("request").asLong());
  }

  /** A request, line by line. */
  static String describe(JsonNode request) {
    var text = new StringBuilder();
    text.append(
        "Republish request %s of %s%s: %s%n"
            .formatted(
                name(request),
                request.path("operator").asText(),
                request.hasNonNull("reason")
                    ? " (%s)".formatted(request.path("reason").asText())
                    : "",
                request.path("state").asText()));
    text.append("  %,12d  messages%n".formatted(request.path("messages").asLong()));
    text.append("  %,12d  published%n".formatted(request.path("published").asLong()));
    MEANINGS.forEach(
        (why, meaning) -> addCount(text, request.path("unpublished").path(why).asLong(), meaning));
    addCount(
        text,
        request.path("waiting").asLong(),
        request.path("state").asText().equals("CANCELLED") ? "left off" : "wait");
    if (request.hasNonNull("trouble")) {
      text.append("  %s%n".formatted(request.path("trouble").asText()));
    }
    standstill(request).ifPresent(why -> text.append("%s%n".formatted(why)));
    return text.toString();
  }

  private static void addCount(StringBuilder text, long count, String meaning) {
    if (count > 0) {
      text.append("  %,12d  %s%n".formatted(count, meaning));
    }
  }

  /** The messages that are not published for good, line by line. */
  static String unpublished(JsonNode request) {
    var text = new StringBuilder();
    var listed = 0;
    for (var message : request.path("unpublishedMessages")) {
      if (listed++ == UNPUBLISHED_LISTED_MAX) {
        text.append("  … and more, with --json%n".formatted());
        break;
      }
      text.append(
          "  %s  %s%n".formatted(message.path("message").asText(), message.path("why").asText()));
    }
    return text.toString();
  }

  /**
   * How far a request is, as a line without its end.
   *
   * @param doneAtFirst how many messages were done with when the command began to follow
   * @param followed how long the command has followed
   */
  static String progress(JsonNode request, long doneAtFirst, Duration followed) {
    var speed =
        new Followed(doneAtFirst, done(request), request.path("waiting").asLong(), followed);
    return "%s: %,d of %,d messages, %,.0f a second%s"
        .formatted(
            request.path("state").asText(),
            done(request),
            request.path("messages").asLong(),
            speed.rate(),
            speed.remaining());
  }

  /**
   * Why nothing of the request happens, with what helps; empty if something does, or if the request
   * is over.
   */
  static Optional<String> standstill(JsonNode request) {
    if (request.path("state").asText().equals("COLLECTING")) {
      return Optional.of(
          "Nothing is published: the request was never started, as happens when its command is ended. End it with `infra/onceward republish cancel %s`, and make a new one."
              .formatted(name(request)));
    }
    if (!request.path("state").asText().equals("STARTED")) {
      return Optional.empty();
    }
    var pipeline =
        "pipeline %s is %s%s: %s"
            .formatted(
                request.path("pipeline").asText(),
                request.path("pipelineState").asText(),
                request.hasNonNull("pipelineReason")
                    ? " (%s)".formatted(request.path("pipelineReason").asText())
                    : "",
                request.path("pipelineSentence").asText());
    return switch (request.path("pipelineState").asText()) {
      case "STOPPED" ->
          Optional.of(
              "Nothing is published: %s%nThe request goes on when the pipeline does. To mend it: %s%nRead: infra/docs/runbook/%s.md"
                  .formatted(
                      pipeline, remedy(request), request.path("pipelineReason").asText("README")));
      case "BACKING_OFF" ->
          Optional.of("Nothing is published: %s. The pipeline tries again.".formatted(pipeline));
      case "STANDBY" ->
          Optional.of("This relay publishes nothing, another one does: %s".formatted(pipeline));
      default -> Optional.empty();
    };
  }

  /** The remedy of a stop without its request to republish, which there is now. */
  private static String remedy(JsonNode request) {
    var remedy = request.path("pipelineRemedy").asText("see `infra/onceward relay status`");
    var rest =
        Arrays.stream(remedy.split(AND))
            .filter(step -> !step.startsWith("infra/onceward republish run"))
            .collect(Collectors.joining(AND));
    return rest.isEmpty() ? remedy : rest;
  }

  /** How many messages are done with. */
  static long done(JsonNode request) {
    return request.path("messages").asLong() - request.path("waiting").asLong();
  }

  /** Whether nothing happens any more unless an operator asks for it. */
  static boolean isOver(JsonNode request) {
    return switch (request.path("state").asText()) {
      case "DONE", "CANCELLED", "PAUSED" -> true;
      default -> false;
    };
  }

  /** Whether every message is published. */
  static boolean isComplete(JsonNode request) {
    return request.path("state").asText().equals("DONE")
        && request.path("published").asLong() == request.path("messages").asLong();
  }
}
