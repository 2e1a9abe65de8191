package onceward.messaging.replay.operations;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import onceward.messaging.operations.Fields;
import onceward.messaging.replay.ReplayMode;
import onceward.messaging.replay.ReplayRequest;
import onceward.messaging.replay.ReplaySelection;
import org.jspecify.annotations.Nullable;

/** What the fields of a request say of a replay. */
final class ReplayFields {

  static final Set<String> ALLOWED =
      Set.of(
          "consumer",
          "topic",
          "mode",
          "partitions",
          "fromOffset",
          "untilOffset",
          "since",
          "until",
          "keys",
          "types",
          "messages",
          "rate",
          "failuresMax",
          "operator",
          "reason",
          "withoutBeginning",
          "deadLetters");

  private static final Set<String> NOT_PARAMETERS =
      Set.of("consumer", "topic", "operator", "reason");

  private ReplayFields() {}

  /**
   * The request.
   *
   * @throws IllegalArgumentException if a field is missing or not allowed
   */
  static ReplayRequest request(Fields fields, @Nullable String header) {
    fields.allowing(ALLOWED);
    var rate = fields.number("rate");
    var given = fields.text("mode");
    var mode = given == null ? ReplayMode.REPAIR : ReplayMode.of(given);
    return new ReplayRequest(
        required(fields, "consumer"),
        required(fields, "topic"),
        mode,
        selection(fields),
        rate == null ? mode.rate() : rate,
        fields.wholeNumber("failuresMax", ReplayRequest.FAILURES_MAX),
        fields.operator(header),
        fields.text("reason"),
        fields.flag("withoutBeginning"),
        fields.flag("deadLetters"));
  }

  private static ReplaySelection selection(Fields fields) {
    var most = ReplaySelection.NAMED_MAX;
    return new ReplaySelection(
        new HashSet<>(fields.wholeNumbers("partitions", most)),
        fields.longNumber("fromOffset"),
        fields.longNumber("untilOffset"),
        fields.time("since"),
        fields.time("until"),
        new HashSet<>(fields.texts("keys", most)),
        new HashSet<>(fields.texts("types", most)),
        new HashSet<>(fields.ids("messages", most)));
  }

  private static String required(Fields fields, String name) {
    var text = fields.text(name);
    if (text == null) {
      throw new IllegalArgumentException("the field '%s' is missing".formatted(name));
    }
    return text;
  }

  /** The consumer and the topic as they came, in words. */
  static String subject(Fields fields) {
    return "%s on %s".formatted(fields.asGiven("consumer"), fields.asGiven("topic"));
  }

  /** Everything else as it came, in words. */
  static String parameters(Fields fields) {
    return fields.values().entrySet().stream()
        .filter(field -> !NOT_PARAMETERS.contains(field.getKey()))
        .map(field -> field.getKey() + " " + field.getValue())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
