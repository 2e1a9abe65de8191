package onceward.auth.registration;

import io.micronaut.context.event.ApplicationEventPublisher;
import io.micronaut.transaction.annotation.TransactionalEventListener;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Wakes threads that wait for an account to leave PENDING. A wake-up reaches only this process, and
 * is a hint: the waiting thread reads the row, and reads it again at intervals, because another
 * instance may have ended the sign-up.
 *
 * <p>Safe for use by many threads.
 */
@Singleton
class SettledAccounts {

  record Settled(UUID accountId) {}

  private final ApplicationEventPublisher<Settled> events;
  private final ConcurrentHashMap<UUID, CountDownLatch> waiting = new ConcurrentHashMap<>();

  SettledAccounts(ApplicationEventPublisher<Settled> events) {
    this.events = events;
  }

  /** Wakes the waiting threads after the open transaction has committed. */
  void afterCommit(UUID accountId) {
    events.publishEvent(new Settled(accountId));
  }

  /** The wake-up for an account; take it before reading the row, or the wake-up may be missed. */
  WakeUp wakeUp(UUID accountId) {
    return new WakeUp(waiting.computeIfAbsent(accountId, _ -> new CountDownLatch(1)), accountId);
  }

  @TransactionalEventListener
  void onCommit(Settled settled) {
    var latch = waiting.remove(settled.accountId());
    if (latch != null) {
      latch.countDown();
    }
  }

  /** One wait of one thread; must be closed. */
  final class WakeUp implements AutoCloseable {

    private final CountDownLatch latch;
    private final UUID accountId;

    private WakeUp(CountDownLatch latch, UUID accountId) {
      this.latch = latch;
      this.accountId = accountId;
    }

    /** Returns after a wake-up, or after {@code millis}. */
    void await(long millis) throws InterruptedException {
      var _ = latch.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Other threads may share this wake-up; without it, they still read the row at intervals. */
    @Override
    public void close() {
      waiting.remove(accountId, latch);
    }
  }
}
