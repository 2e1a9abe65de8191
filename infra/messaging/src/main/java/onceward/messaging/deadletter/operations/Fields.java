package onceward.messaging.deadletter.operations;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import onceward.messaging.deadletter.job.JobRequest.Limits;
import onceward.messaging.deadletter.job.Selection;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, field by field. A field that is not known is refused: a criterion that is
 * misspelt would choose every letter.
 *
 * @param values by name; values of JSON
 */
record Fields(Map<String, Object> values) {

  private static final int TEXT_MAX = 1_000;
  private static final int PAYLOAD_MAX = 1024 * 1024;
  private static final int OPERATOR_MAX = 128;
  private static final String NOBODY = "unknown";

  static final List<String> SELECTION =
      List.of("group", "consumer", "type", "exception", "since", "until", "all", "limit");

  /** The body, which may be missing. */
  static Fields of(@Nullable Map<String, Object> body) {
    return new Fields(body == null ? Map.of() : body);
  }

  /** Passes if all fields are among those. */
  Fields allowing(Set<String> allowed) {
    for (var name : values.keySet()) {
      if (!allowed.contains(name)) {
        throw new IllegalArgumentException(
            "there is no field '%s'; allowed: %s"
                .formatted(name, String.join(", ", new TreeSet<>(allowed))));
      }
    }
    return this;
  }

  @Nullable String text(String name) {
    var value = values.get(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text)
        || text.isBlank()
        || text.length() > TEXT_MAX
        || text.indexOf('\0') >= 0) {
      throw refused(name, value, "a text of 1 to %d characters without NUL".formatted(TEXT_MAX));
    }
    return text;
  }

  /** A field as it came, allowed or not, for the record; null if it is missing. */
  @Nullable String asGiven(String name) {
    var value = values.get(name);
    return value == null ? null : value.toString();
  }

  /** A payload as text; null if none is given. */
  @Nullable String payload() {
    var value = values.get("payload");
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text) || text.isEmpty() || text.length() > PAYLOAD_MAX) {
      throw refused("payload", "…", "a text of 1 to %d characters".formatted(PAYLOAD_MAX));
    }
    return text;
  }

  /** The id of a letter; null if none is given. */
  @Nullable UUID id(String name) {
    var text = text(name);
    try {
      return text == null ? null : UUID.fromString(text);
    } catch (IllegalArgumentException unreadable) {
      throw refused(name, text, "the id of a dead letter");
    }
  }

  /** The ids of letters. */
  List<UUID> ids(String name, int most) {
    return list(name, most).stream()
        .map(id -> new Fields(Map.of("id", String.valueOf(id))).id("id"))
        .filter(Objects::nonNull)
        .toList();
  }

  /** Objects, each with fields of its own. */
  @SuppressWarnings("unchecked")
  List<Fields> objects(String name, int most) {
    return list(name, most).stream()
        .map(object -> {
          if (!(object instanceof Map<?, ?> fields)) {
            throw refused(name, object, "objects");
          }
          return new Fields((Map<String, Object>) fields);
        })
        .toList();
  }

  /** A text of any length; null if none is given. */
  @Nullable String content(String name) {
    var value = values.get(name);
    return value == null ? null : value.toString();
  }

  /** Texts of any length, some of which may be null. */
  List<@Nullable String> contents(String name) {
    var texts = new ArrayList<@Nullable String>();
    list(name, TEXT_MAX).forEach(text -> texts.add(text == null ? null : text.toString()));
    return texts;
  }

  private List<?> list(String name, int most) {
    var value = values.getOrDefault(name, List.of());
    if (!(value instanceof List<?> list) || list.size() > most) {
      throw refused(name, "…", "a list of at most " + most);
    }
    return list;
  }

  boolean flag(String name) {
    var value = values.getOrDefault(name, false);
    if (!(value instanceof Boolean flag)) {
      throw refused(name, value, "true, false");
    }
    return flag;
  }

  private @Nullable Double number(String name) {
    var value = values.get(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Number number)) {
      throw refused(name, value, "a number");
    }
    return number.doubleValue();
  }

  private int wholeNumber(String name, int byDefault) {
    var number = number(name);
    if (number == null) {
      return byDefault;
    }
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw refused(name, number, "a whole number");
    }
    return number.intValue();
  }

  private @Nullable Instant time(String name) {
    var text = text(name);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException unreadable) {
      throw refused(name, text, "a time in UTC such as 2026-11-28T03:00:00Z");
    }
  }

  /** Which letters; none of the criteria only with {@code all}. */
  Selection selection() {
    var selection =
        new Selection(
            text("group"),
            text("consumer"),
            text("type"),
            text("exception"),
            time("since"),
            time("until"),
            wholeNumber("limit", Selection.LIMIT_MAX));
    if (selection.isAll() != flag("all")) {
      throw new IllegalArgumentException(
          "say which letters: group, consumer, type, exception, since, until; or all, alone");
    }
    return selection;
  }

  Limits limits() {
    return new Limits(
        number("rate"),
        wholeNumber("attempts", Limits.DEFAULT.attemptsMax()),
        wholeNumber("failuresInRow", Limits.DEFAULT.failuresInRowMax()),
        flag("force"));
  }

  /**
   * Who asks.
   *
   * @param header of the request; null if it has none
   */
  String operator(@Nullable String header) {
    var given = values.containsKey("operator") ? text("operator") : header;
    var name = given == null || given.isBlank() ? NOBODY : given.strip();
    if (name.length() > OPERATOR_MAX || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "the operator's name is of %d characters; allowed: 1 to %d, none of control"
              .formatted(name.length(), OPERATOR_MAX));
    }
    return name;
  }

  /** Who asks, allowed or not, for the record. */
  String operatorAsGiven(@Nullable String header) {
    var given = values.containsKey("operator") ? asGiven("operator") : header;
    return given == null || given.isBlank() ? NOBODY : given.strip();
  }

  private static IllegalArgumentException refused(
      String name, @Nullable Object value, String allowed) {
    var shown = String.valueOf(value);
    return new IllegalArgumentException(
        "%s is '%s'; allowed: %s"
            .formatted(name, shown.substring(0, Math.min(shown.length(), 100)), allowed));
  }
}
