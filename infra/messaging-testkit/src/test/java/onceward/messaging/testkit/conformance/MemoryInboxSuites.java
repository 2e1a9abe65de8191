package onceward.messaging.testkit.conformance;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import onceward.messaging.NoTransactionException;
import onceward.messaging.testkit.SuiteRun;
import org.junit.jupiter.api.extension.ExtendWith;

/** An inbox in memory, and ones with a fault each, as another team would test theirs. */
final class MemoryInboxSuites {

  private MemoryInboxSuites() {}

  @ExtendWith(SuiteRun.Only.class)
  static class Sound extends InboxConformance {

    private final MemoryStore store = new MemoryStore();
    private final Set<String> claims = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, Semaphore> locks = new ConcurrentHashMap<>();

    String key(String consumer, UUID id) {
      return consumer + " " + id;
    }

    void lock(MemoryStore.Open transaction, String key) {
      var lock = locks.computeIfAbsent(key, _ -> new Semaphore(1));
      lock.acquireUninterruptibly();
      transaction.atEnd.add(lock::release);
    }

    void record(MemoryStore.Open transaction, Runnable claim) {
      transaction.atCommit.add(claim);
    }

    @Override
    protected boolean claim(String consumer, UUID id) {
      var transaction = store.current();
      if (transaction == null) {
        throw new NoTransactionException("claim messages");
      }
      var key = key(consumer, id);
      lock(transaction, key);
      if (claims.contains(key)) {
        return false;
      }
      record(transaction, () -> claims.add(key));
      return true;
    }

    @Override
    protected Transactions inTransaction() {
      return store;
    }

    @Override
    protected boolean isClaimed(String consumer, UUID id) {
      return claims.contains(key(consumer, id));
    }
  }

  /** Looks, and then claims, as "select, then insert" does. */
  static class Racing extends Sound {

    private static final long COMMIT_NS = 1_000_000;

    @Override
    void lock(MemoryStore.Open transaction, String key) {}

    /** Takes its time, so that others look meanwhile. */
    @Override
    void record(MemoryStore.Open transaction, Runnable claim) {
      transaction.atCommit.add(() -> LockSupport.parkNanos(COMMIT_NS));
      super.record(transaction, claim);
    }
  }

  /** Claims for good, whatever becomes of the transaction. */
  static class Eager extends Sound {

    @Override
    void record(MemoryStore.Open transaction, Runnable claim) {
      claim.run();
    }
  }

  /** Does not care who claims. */
  static class Shared extends Sound {

    @Override
    String key(String consumer, UUID id) {
      return id.toString();
    }
  }
}
