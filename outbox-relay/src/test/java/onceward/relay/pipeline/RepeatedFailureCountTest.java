package onceward.relay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes again and again at one place is a stop; what time mends never is. */
class RepeatedFailureCountTest {

  private static final Instant FIRST = Instant.parse("2026-11-21T11:10:08Z");

  private @Nullable RepeatedFailure count;
  private Instant now = FIRST;

  static Stream<Throwable> lasting() {
    return Stream.of(
        new NullPointerException(),
        new ClassCastException("a number is no text"),
        new IllegalStateException("cannot convert", new NumberFormatException("NaN")),
        new IllegalStateException(new SQLException("invalid byte sequence", "22021")),
        new IllegalStateException(new SQLException("cache lookup failed", "XX000")));
  }

  static Stream<Throwable> passing() {
    return Stream.of(
        new StalledException(Duration.ofSeconds(20), "PostgreSQL does not send its log"),
        new IllegalStateException(new EOFException()),
        new IllegalStateException(new SQLException("terminated by an administrator", "57P01")),
        new IllegalStateException(new SQLException("too many clients", "53300")),
        new IllegalStateException(new SQLException("refused", "08001")),
        new IllegalStateException(new SQLException("another password", "28P01")),
        new IllegalStateException(new SQLException("without a state")),
        new IllegalStateException(
            "The 'database.hostname' value is invalid: Error while validating connector config: Connection refused"));
  }

  @ParameterizedTest
  @MethodSource("lasting")
  void the_tenth_of_one_kind_is_a_stop(Throwable failure) {
    for (int time = 1; time < RepeatedFailure.MAX; time++) {
      assertThat(fails(failure)).isEmpty();
    }

    assertThat(fails(failure)).map(Stop::reason).contains(StopReason.FAILS_REPEATEDLY);
    assertThat(fails(failure)).as("counted anew").isEmpty();
  }

  @Test
  void the_stop_says_what_how_often_since_when_and_where() {
    var failure = new ClassCastException("a number is no text");
    failure.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("onceward.Row", "read", "Row.java", 7)});

    assertThat(failsUntilStopped(failure))
        .isEqualTo(
            new Stop(
                StopReason.FAILS_REPEATEDLY,
                "failed 10 times since 2026-11-21T11:10:08Z at the same place, with all published up to 0/19F0048: a number is no text (ClassCastException at Row.read)",
                "infra/onceward relay resume shop"));
  }

  @ParameterizedTest
  @MethodSource("passing")
  void what_time_mends_is_not_counted(Throwable failure) {
    for (int time = 0; time < 3 * RepeatedFailure.MAX; time++) {
      assertThat(fails(failure)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("passing")
  void what_time_mends_does_not_end_the_count(Throwable outage) {
    var failure = new NullPointerException();
    for (int time = 1; time < RepeatedFailure.MAX; time++) {
      fails(failure);
      fails(outage);
    }

    assertThat(fails(failure)).isPresent();
  }

  @Test
  void another_failure_or_progress_begins_the_count_anew() {
    var failure = new NullPointerException();
    for (int time = 1; time < RepeatedFailure.MAX; time++) {
      fails(failure);
    }
    fails(new ClassCastException());
    for (int time = 1; time < RepeatedFailure.MAX; time++) {
      assertThat(fails(failure)).isEmpty();
    }
    count = null;

    assertThat(fails(failure)).isEmpty();
  }

  private Stop failsUntilStopped(Throwable failure) {
    return Stream.generate(() -> fails(failure))
        .limit(RepeatedFailure.MAX)
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow();
  }

  private Optional<Stop> fails(Throwable failure) {
    count = RepeatedFailure.after(count, failure, now);
    now = now.plusSeconds(5);
    if (count == null || !count.isLasting()) {
      return Optional.empty();
    }
    var stop = count.stop("shop", failure, "with all published up to 0/19F0048");
    count = null;
    return Optional.of(stop);
  }
}
