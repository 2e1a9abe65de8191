package onceward.ledger.source;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.regex.Pattern;

/** Moments as operators write them: {@code 2h} ago, a day of UTC, or a time. */
public final class Moments {

  private static final Pattern AGO = Pattern.compile("(\\d{1,6})(s|m|h|d)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  /** A message id has no place for a time outside of these. */
  private static final Instant FIRST = Instant.EPOCH;

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

  private Moments() {}

  /**
   * The moment that a text names, from 1970 to 9999; a longer time ago counts as 1970.
   *
   * @throws IllegalArgumentException if it names none; the message says what is allowed
   */
  public static Instant parse(String text) {
    var ago = AGO.matcher(text);
    if (ago.matches()) {
      var unit = UNITS.getOrDefault(ago.group(2), Duration.ofSeconds(1));
      var moment = Instant.now().minus(unit.multipliedBy(Long.parseLong(ago.group(1))));
      return moment.isBefore(FIRST) ? FIRST : moment;
    }
    try {
      var moment =
          text.contains("T")
              ? Instant.parse(text)
              : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      if (moment.isBefore(FIRST) || moment.isAfter(LAST)) {
        throw refused(text);
      }
      return moment;
    } catch (DateTimeException malformed) {
      throw refused(text);
    }
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(
        "'%s' is no moment; allowed are how long ago (30s, 15m, 2h, 3d), a day of UTC (2026-11-28) and a time of UTC (2026-11-28T03:00:00Z), from 1970 to 9999"
            .formatted(text));
  }
}
