package onceward.management;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the refused calls of the management port and logs them: at most {@value #LINES_MAX} lines
 * a minute, so that whoever is refused cannot fill the log. Thread-safe.
 */
@Singleton
final class Refusals {

  static final int LINES_MAX = 10;
  static final Duration PERIOD = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  private final InstantSource clock;
  private final Map<Refusal, LongAdder> counts =
      Arrays.stream(Refusal.values())
          .collect(Collectors.toUnmodifiableMap(Function.identity(), _ -> new LongAdder()));

  private Instant periodEnd = Instant.MIN;
  private int lines;
  private long unlogged;

  @Inject
  Refusals() {
    this(InstantSource.system());
  }

  Refusals(InstantSource clock) {
    this.clock = clock;
  }

  /** The refusals for that reason since the start. */
  long count(Refusal why) {
    var count = counts.get(why);
    return count == null ? 0 : count.sum();
  }

  /**
   * Counts one, and logs it if the log has room.
   *
   * @param call who asked for what, in words
   */
  void add(Refusal why, String call) {
    var count = counts.get(why);
    if (count != null) {
      count.increment();
    }
    var left = unlogged();
    if (left == 0) {
      log.warn("The management port refused {}: {}", call, why.text());
    } else if (left > 0) {
      log.warn(
          "The management port refused {}: {}; {} refusals before it are not logged",
          call,
          why.text(),
          left);
    }
  }

  /** How many were left out since the last line; less than 0 if this one is left out as well. */
  private synchronized long unlogged() {
    var now = clock.instant();
    if (!now.isBefore(periodEnd)) {
      periodEnd = now.plus(PERIOD);
      lines = 0;
    }
    if (lines == LINES_MAX) {
      unlogged++;
      return -1;
    }
    lines++;
    var left = unlogged;
    unlogged = 0;
    return left;
  }
}
