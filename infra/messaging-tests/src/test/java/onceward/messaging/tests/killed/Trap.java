package onceward.messaging.tests.killed;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The place at which this process tells its parent to kill it, and at which the thread that came
 * there stands still until then; the others go on. Safe for use by many threads.
 */
@Singleton
@Requires(property = "killed.topic")
final class Trap {

  private final String point;
  private final int hit;
  private final AtomicInteger hits = new AtomicInteger();
  private final ThreadLocal<Boolean> effect = ThreadLocal.withInitial(() -> false);

  /**
   * A trap that closes once.
   *
   * @param point name of a {@link Point}; empty for a process that lives on
   * @param hit at which time of coming there, the first being 1
   */
  Trap(@Value("${killed.point:}") String point, @Value("${killed.hit:1}") int hit) {
    this.point = point;
    this.hit = hit;
  }

  /** Does not return if the process is to die here. */
  void comeTo(Point here) {
    if (here.name().equals(point) && hits.incrementAndGet() == hit) {
      System.out.println(lineFor(here));
      while (true) {
        LockSupport.park(this);
      }
    }
  }

  /** What the process prints when it has come to the point. */
  static String lineFor(Point here) {
    return "at " + here;
  }

  /** The transaction of this thread now has an effect in it. */
  void hasEffect() {
    effect.set(true);
  }

  /** Whether it had one; the next transaction of this thread has none. */
  boolean takeEffect() {
    var had = effect.get();
    effect.remove();
    return had;
  }
}
