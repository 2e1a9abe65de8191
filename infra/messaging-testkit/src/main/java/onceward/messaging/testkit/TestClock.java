package onceward.messaging.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until the test moves it, forwards or back. Make it the clock of the
 * application under test:
 *
 * <pre>{@code
 * @Singleton
 * @Replaces(Clock.class)
 * @Requires(property = "my.test.clock")
 * TestClock clock() {
 *   return TestClock.at(Instant.parse("2026-02-28T23:59:59Z"));
 * }
 * }</pre>
 *
 * <p>in a {@code @Factory} of the test, and inject {@code TestClock} into the test. What waits by
 * the operating system, such as {@code @Scheduled}, and PostgreSQL's {@code now()} keep their own
 * time.
 *
 * <p>Safe for use by many threads: a move is seen by all at once.
 */
public final class TestClock extends Clock {

  private final AtomicReference<Instant> now;
  private final ZoneId zone;

  private TestClock(AtomicReference<Instant> now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  /** A clock in UTC that shows this time. */
  public static TestClock at(Instant time) {
    return new TestClock(new AtomicReference<>(time), ZoneOffset.UTC);
  }

  /** Moves the clock, back if the duration is negative, and tells what it shows now. */
  public Instant advance(Duration by) {
    return now.updateAndGet(time -> time.plus(by));
  }

  /** Sets the clock. */
  public void set(Instant time) {
    now.set(time);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** The same clock as seen in another zone: moving one moves both. */
  @Override
  public TestClock withZone(ZoneId other) {
    return new TestClock(now, other);
  }
}
