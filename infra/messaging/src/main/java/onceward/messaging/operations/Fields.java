package onceward.messaging.operations;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, field by field. A field that is not known is refused: a criterion that is
 * misspelt would choose everything.
 *
 * @param values by name; values of JSON
 */
public record Fields(Map<String, Object> values) {

  /** The header in which a caller may name the operator, instead of a field of the body. */
  public static final String OPERATOR_HEADER = "X-Onceward-Operator";

  private static final int TEXT_MAX = 1_000;
  private static final int OPERATOR_MAX = 128;

  /** Beyond this, a number of JSON is not exact. */
  private static final double EXACT_MAX = 1L << 53;

  private static final String NOBODY = "unknown";

  /** The body, which may be missing. */
  public static Fields of(@Nullable Map<String, Object> body) {
    return new Fields(body == null ? Map.of() : body);
  }

  /** Passes if all fields are among those. */
  public Fields allowing(Set<String> allowed) {
    for (var name : values.keySet()) {
      if (!allowed.contains(name)) {
        throw new IllegalArgumentException(
            "there is no field '%s'; allowed: %s"
                .formatted(name, String.join(", ", new TreeSet<>(allowed))));
      }
    }
    return this;
  }

  /** A text of 1 to 1,000 characters; null if none is given. */
  public @Nullable String text(String name) {
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
  public @Nullable String asGiven(String name) {
    var value = values.get(name);
    return value == null ? null : value.toString();
  }

  /** An id; null if none is given. */
  public @Nullable UUID id(String name) {
    var text = text(name);
    try {
      return text == null ? null : UUID.fromString(text);
    } catch (IllegalArgumentException unreadable) {
      throw refused(name, text, "an id such as 0195d3c2-0000-7000-8000-000000000000");
    }
  }

  /** Ids, as many as allowed at most. */
  public List<UUID> ids(String name, int most) {
    return list(name, most).stream()
        .map(id -> new Fields(Map.of("id", String.valueOf(id))).id("id"))
        .filter(Objects::nonNull)
        .toList();
  }

  /** Texts of at most 1,000 characters each, as many as allowed at most. */
  public List<String> texts(String name, int most) {
    return list(name, most).stream()
        .map(text -> new Fields(Map.of(name, text == null ? "" : text)).text(name))
        .filter(Objects::nonNull)
        .toList();
  }

  /** Whole numbers, as many as allowed at most. */
  public List<Integer> wholeNumbers(String name, int most) {
    return list(name, most).stream()
        .map(number -> new Fields(Map.of(name, number == null ? "" : number)).wholeNumber(name, 0))
        .toList();
  }

  /** Objects, each with fields of its own. */
  @SuppressWarnings("unchecked")
  public List<Fields> objects(String name, int most) {
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
  public @Nullable String content(String name) {
    var value = values.get(name);
    return value == null ? null : value.toString();
  }

  /** Texts of any length, some of which may be null. */
  public List<@Nullable String> contents(String name) {
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

  /** Yes or no; no if it is not given. */
  public boolean flag(String name) {
    var value = values.getOrDefault(name, false);
    if (!(value instanceof Boolean flag)) {
      throw refused(name, value, "true, false");
    }
    return flag;
  }

  /** A number; null if none is given. */
  public @Nullable Double number(String name) {
    var value = values.get(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Number number)) {
      throw refused(name, value, "a number");
    }
    return number.doubleValue();
  }

  /** A whole number; the other if none is given. */
  public int wholeNumber(String name, int byDefault) {
    var number = longNumber(name);
    if (number == null) {
      return byDefault;
    }
    if (Math.abs(number) > Integer.MAX_VALUE) {
      throw refused(name, number, "a whole number");
    }
    return number.intValue();
  }

  /** A whole number of any size; null if none is given. */
  public @Nullable Long longNumber(String name) {
    var number = number(name);
    if (number == null) {
      return null;
    }
    if (number != Math.rint(number) || Math.abs(number) > EXACT_MAX) {
      throw refused(name, number, "a whole number");
    }
    return number.longValue();
  }

  /** A time; null if none is given. */
  public @Nullable Instant time(String name) {
    var text = text(name);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException unreadable) {
      throw refused(name, text, "a time in UTC such as 2026-11-28T03:00:00Z");
    }
  }

  /**
   * Who asks.
   *
   * @param header of the request; null if it has none
   */
  public String operator(@Nullable String header) {
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
  public String operatorAsGiven(@Nullable String header) {
    var given = values.containsKey("operator") ? asGiven("operator") : header;
    return given == null || given.isBlank() ? NOBODY : given.strip();
  }

  /** Says which field is refused, and what is allowed. */
  public static IllegalArgumentException refused(
      String name, @Nullable Object value, String allowed) {
    var shown = String.valueOf(value);
    return new IllegalArgumentException(
        "%s is '%s'; allowed: %s"
            .formatted(name, shown.substring(0, Math.min(shown.length(), 100)), allowed));
  }
}
