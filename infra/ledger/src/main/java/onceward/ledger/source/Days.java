package onceward.ledger.source;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits a time by days, so that no statement has to read more than a day of messages: a server may
 * end a statement that takes long, and nobody sees how far it is.
 */
final class Days {

  /** What is older is taken at once: an id without a time can look like one of any age. */
  private static final Duration SPLIT_MAX = Duration.ofDays(400);

  private Days() {}

  /**
   * A part of a time. Ids that have no time are in one of the parts as well.
   *
   * @param since empty for the first part, if the time has no beginning
   * @param until empty for the last part, if the time has no end
   */
  record Part(Optional<Instant> since, Optional<Instant> until) {}

  /**
   * Parts that follow each other without a gap and together are the whole time.
   *
   * @param oldest when the oldest message was made; empty if that is not known
   */
  static List<Part> of(
      Optional<Instant> since, Optional<Instant> until, Optional<Instant> oldest, Instant now) {
    var earliest = now.minus(SPLIT_MAX);
    var first = since.or(() -> oldest).filter(earliest::isBefore).orElse(earliest);
    var end = until.filter(now::isAfter).orElse(now);
    var parts = new ArrayList<Part>();
    var from = since;
    for (var day = nextDay(first); day.isBefore(end); day = nextDay(day)) {
      parts.add(new Part(from, Optional.of(day)));
      from = Optional.of(day);
    }
    parts.add(new Part(from, until));
    return parts;
  }

  private static Instant nextDay(Instant time) {
    return time.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
  }
}
