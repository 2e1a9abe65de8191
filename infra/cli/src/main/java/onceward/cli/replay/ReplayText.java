package onceward.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import onceward.cli.program.Followed;

/** Replays in words for an operator. Pure. */
final class ReplayText {

  private static final int FAILURES_LISTED_MAX = 20;

  /** What each outcome means, in the order in which they are listed. */
  private static final Map<String, String> MEANINGS = meanings();

  private ReplayText() {}

  private static Map<String, String> meanings() {
    var meanings = new LinkedHashMap<String, String>();
    meanings.put("handled", "handled");
    meanings.put("handledBefore", "passed over: the consumer has handled them before");
    meanings.put("notChosen", "passed over: other keys, types or messages");
    meanings.put("noHandler", "passed over: the consumer has no handler for the type");
    meanings.put("neverReplayed", "passed over: the service never replays the type");
    meanings.put("overtaken", "passed over: the consumer has a later version of the aggregate");
    meanings.put(
        "parked", "behind a dead letter of their key; in repair handled when the letter is closed");
    meanings.put("tooOld", "refused: older than the inbox remembers");
    meanings.put("unreadable", "passed over: the record cannot be read as a message");
    meanings.put(
        "deadLetter",
        "failed, and became dead letters: later messages of their keys wait behind them (`dlq ls`)");
    meanings.put("failed", "failed: not handled, and can be replayed again");
    meanings.put("behindFailed", "left alone: an earlier message of their key failed");
    return meanings;
  }

  /** The plan, or what has become of it, line by line. */
  static String describe(JsonNode replay) {
    var text = new StringBuilder();
    text.append(
        "Replay %s (%s) of %s on %s: %s, %s%n"
            .formatted(
                replay.path("replay").asText(),
                replay.path("mode").asText(),
                replay.path("consumer").asText(),
                replay.path("topic").asText(),
                replay.path("selection").asText(),
                replay.path("state").asText()));
    for (var range : replay.path("ranges")) {
      text.append(
          "  partition %d: offsets %,d to %,d%s%n"
              .formatted(
                  range.path("partition").asInt(),
                  range.path("from").asLong(),
                  range.path("until").asLong(),
                  range.path("next").asLong() == range.path("from").asLong()
                      ? ""
                      : ", next offset %,d".formatted(range.path("next").asLong())));
    }
    counts(text, "  planned", replay.path("planned"));
    counts(text, "  done", replay.path("counts"));
    for (var note : List.of("planNote", "note", "trouble")) {
      if (replay.hasNonNull(note)) {
        text.append("  %s%n".formatted(replay.path(note).asText()));
      }
    }
    return text.toString();
  }

  private static void counts(StringBuilder text, String title, JsonNode counts) {
    if (counts.isEmpty()) {
      return;
    }
    text.append(title).append(":%n".formatted());
    MEANINGS.forEach((outcome, meaning) -> {
      if (counts.has(outcome)) {
        text.append("  %,12d  %s%n".formatted(counts.path(outcome).asLong(), meaning));
      }
    });
  }

  /** The messages that failed, line by line. */
  static String failures(JsonNode replay) {
    var text = new StringBuilder();
    var listed = 0;
    for (var failure : replay.path("failures")) {
      if (listed++ == FAILURES_LISTED_MAX) {
        text.append("  … and more, with --json%n".formatted());
        break;
      }
      text.append(
          "  %s  %s of %s at partition %d offset %d: %s%n"
              .formatted(
                  failure.path("messageId").asText("-"),
                  failure.path("type").asText("-"),
                  failure.path("key").asText("-"),
                  failure.path("partition").asInt(),
                  failure.path("offset").asLong(),
                  failure.path("failure").asText()));
    }
    return text.toString();
  }

  /** What running the plan would do, the part of a question. */
  static String question(JsonNode replay) {
    var sentence =
        switch (replay.path("mode").asText()) {
          case "force" -> "let %s handle %,d messages again, whose effects happen once more, %s";
          case "rebuild" -> "let %s make its read model anew from %,d messages, %s";
          default -> "let %s handle %,d messages, %s";
        };
    return sentence.formatted(
        replay.path("consumer").asText(),
        replay.path("planned").path("handled").asLong(),
        estimate(replay));
  }

  /** How long it takes at the rate of the replay, at least. */
  static String estimate(JsonNode replay) {
    var handled = replay.path("planned").path("handled").asLong();
    var seconds = (long) Math.ceil(handled / replay.path("rate").asDouble(1));
    return "at least %s at %s messages a second"
        .formatted(
            Followed.words(Duration.ofSeconds(seconds)),
            new DecimalFormat("#,##0.##", DecimalFormatSymbols.getInstance(Locale.ROOT))
                .format(replay.path("rate").asDouble()));
  }

  /**
   * How far a replay is, as a line without its end.
   *
   * @param doneAtFirst how many records were done with when the command began to follow
   * @param followed how long the command has followed
   */
  static String progress(JsonNode replay, long doneAtFirst, Duration followed) {
    var state = replay.path("state").asText();
    if (!replay.hasNonNull("startedAt")) {
      return state;
    }
    var total = replay.path("offsets").asLong();
    var left = replay.path("offsetsLeft").asLong();
    var speed = new Followed(doneAtFirst, done(replay), left, followed);
    return "%s: %,d of %,d records (handled %,d, failed %,d), %,.0f a second%s"
        .formatted(
            state,
            total - left,
            total,
            replay.path("counts").path("handled").asLong(),
            replay.path("counts").path("failed").asLong()
                + replay.path("counts").path("deadLetter").asLong(),
            speed.rate(),
            speed.remaining());
  }

  /** How many records are done with. */
  static long done(JsonNode replay) {
    return replay.path("offsets").asLong() - replay.path("offsetsLeft").asLong();
  }

  /** Whether an instance of the service works on it. */
  static boolean isTaken(JsonNode replay) {
    return switch (replay.path("state").asText()) {
      case "planning", "running" -> true;
      default -> false;
    };
  }

  /** Whether nothing happens any more unless an operator asks for it. */
  static boolean isOver(JsonNode replay) {
    return switch (replay.path("state").asText()) {
      case "done", "cancelled", "paused", "refused", "planned" -> true;
      default -> false;
    };
  }

  /** Whether all that was planned has been handled. */
  static boolean isComplete(JsonNode replay) {
    return replay.path("state").asText().equals("done")
        && replay.path("counts").path("deadLetter").asLong() == 0
        && replay.path("counts").path("failed").asLong() == 0
        && replay.path("counts").path("behindFailed").asLong() == 0;
  }
}
