package onceward.relay.killed;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The place at which this process ends itself, as by SIGKILL, or waits to be suspended. Safe for
 * use by many threads.
 */
public final class Trap {

  /** As a shell tells of SIGKILL. */
  static final int STATUS = 128 + 9;

  private static final long NANOS_PER_MS = 1_000_000;
  private static final long POLL_NANOS = 10 * NANOS_PER_MS;

  /** A poll that took so much longer was a suspension. */
  private static final long SUSPENDED_NANOS = 3_000 * NANOS_PER_MS;

  private final String point;
  private final int hit;
  private final double part;
  private final boolean suspends;
  private final AtomicInteger hits = new AtomicInteger();

  private Trap(String point, int hit, double part, boolean suspends) {
    this.point = point;
    this.hit = hit;
    this.part = part;
    this.suspends = suspends;
  }

  /**
   * As {@code killed.point}, {@code killed.hit} and {@code killed.part} say. Without a point it
   * never closes; with {@code killed.suspends} it opens again.
   */
  public static Trap ofProperties() {
    return new Trap(
        System.getProperty("killed.point", ""),
        Integer.getInteger("killed.hit", 1),
        Double.parseDouble(System.getProperty("killed.part", "0")),
        Boolean.getBoolean("killed.suspends"));
  }

  /** Does not return if the process is to die here; later if it is to be suspended. */
  public void comeTo(Point here) {
    if (isDue(here)) {
      die(here);
    }
  }

  /** Whether the process is to die here, this time. To be asked once each time. */
  public boolean isDue(Point here) {
    return here.name().equals(point) && hits.incrementAndGet() == hit;
  }

  /** Returns, and if the process is to die here, it does so within that time. */
  public void comeNear(Point here, int withinMs) {
    if (isDue(here)) {
      var nanos = (long) (part * withinMs * NANOS_PER_MS);
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            var end = System.nanoTime() + nanos;
            for (var left = nanos; left > 0; left = end - System.nanoTime()) {
              LockSupport.parkNanos(left);
            }
            die(here);
          });
    }
  }

  /** A number from 1 to all, so that dying is spread over them. */
  public int oneOf(int all) {
    return 1 + (int) (part * all);
  }

  /**
   * Ends the process: no hook runs, nothing is flushed, nobody is told. Or returns when the process
   * was suspended and wakes.
   */
  public void die(Point here) {
    System.out.println(lineFor(here));
    if (suspends) {
      awaitSuspended();
    } else {
      Runtime.getRuntime().halt(STATUS);
    }
  }

  private static void awaitSuspended() {
    var before = System.nanoTime();
    for (var passed = 0L; passed < SUSPENDED_NANOS; ) {
      LockSupport.parkNanos(POLL_NANOS);
      var now = System.nanoTime();
      passed = now - before;
      before = now;
    }
  }

  /** What the process prints when it has come to the point. */
  static String lineFor(Point here) {
    return "at " + here;
  }
}
