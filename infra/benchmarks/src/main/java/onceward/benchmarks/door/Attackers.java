package onceward.benchmarks.door;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Many who attack at once, until closed. */
final class Attackers implements AutoCloseable {

  private static final long AFTER_A_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Tally tally = new Tally();

  private Attackers() {}

  /**
   * Returns when all have begun.
   *
   * @param pendingAccount a sign-up that does not end
   */
  static Attackers of(
      int count, Attack attack, Door door, Addresses addresses, String pendingAccount) {
    var attackers = new Attackers();
    for (var i = 0; i < count; i++) {
      var attacker = i;
      attackers.threads.execute(
          () -> attackers.insist(attack, door, addresses, attacker, pendingAccount));
    }
    return attackers;
  }

  /** How their attempts have ended so far. */
  Map<String, Long> ends() {
    return tally.ends();
  }

  private void insist(
      Attack attack, Door door, Addresses addresses, int attacker, String pendingAccount) {
    while (!threads.isShutdown()) {
      var start = System.nanoTime();
      try {
        var end = attack.attempt(door, addresses, attacker, pendingAccount);
        tally.add(end, System.nanoTime() - start);
      } catch (IOException e) {
        tally.add("closed", System.nanoTime() - start);
        LockSupport.parkNanos(AFTER_A_FAILURE_NANOS);
      } catch (InterruptedException closing) {
        return;
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
