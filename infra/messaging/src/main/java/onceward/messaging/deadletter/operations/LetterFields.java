package onceward.messaging.deadletter.operations;

import java.util.List;
import onceward.messaging.deadletter.job.JobRequest.Limits;
import onceward.messaging.deadletter.job.Selection;
import onceward.messaging.operations.Fields;
import org.jspecify.annotations.Nullable;

/** What the fields of a request say of dead letters. */
final class LetterFields {

  private static final int PAYLOAD_MAX = 1024 * 1024;

  static final List<String> SELECTION =
      List.of("group", "consumer", "type", "exception", "since", "until", "all", "limit");

  private LetterFields() {}

  /** A payload as text; null if none is given. */
  static @Nullable String payload(Fields fields) {
    var value = fields.values().get("payload");
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text) || text.isEmpty() || text.length() > PAYLOAD_MAX) {
      throw Fields.refused("payload", "…", "a text of 1 to %d characters".formatted(PAYLOAD_MAX));
    }
    return text;
  }

  /** Which letters; none of the criteria only with {@code all}. */
  static Selection selection(Fields fields) {
    var selection =
        new Selection(
            fields.text("group"),
            fields.text("consumer"),
            fields.text("type"),
            fields.text("exception"),
            fields.time("since"),
            fields.time("until"),
            fields.wholeNumber("limit", Selection.LIMIT_MAX));
    if (selection.isAll() != fields.flag("all")) {
      throw new IllegalArgumentException(
          "say which letters: group, consumer, type, exception, since, until; or all, alone");
    }
    return selection;
  }

  static Limits limits(Fields fields) {
    return new Limits(
        fields.number("rate"),
        fields.wholeNumber("attempts", Limits.DEFAULT.attemptsMax()),
        fields.wholeNumber("failuresInRow", Limits.DEFAULT.failuresInRowMax()),
        fields.flag("force"));
  }
}
