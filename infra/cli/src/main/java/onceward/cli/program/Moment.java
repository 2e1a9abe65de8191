package onceward.cli.program;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Takes a moment: {@code 2h} ago, a day of UTC, or a time. */
public final class Moment implements ITypeConverter<Instant> {

  private static final Pattern AGO = Pattern.compile("(\\d{1,6})(s|m|h|d)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  @Override
  public Instant convert(String text) {
    var ago = AGO.matcher(text);
    if (ago.matches()) {
      var unit = UNITS.getOrDefault(ago.group(2), Duration.ofSeconds(1));
      return Instant.now().minus(unit.multipliedBy(Long.parseLong(ago.group(1))));
    }
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException malformed) {
      throw new TypeConversionException(
          "'%s' is no moment; allowed are how long ago (30s, 15m, 2h, 3d), a day of UTC (2026-11-28) and a time of UTC (2026-11-28T03:00:00Z)"
              .formatted(text));
    }
  }
}
