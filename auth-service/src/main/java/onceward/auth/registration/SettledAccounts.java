package onceward.auth.registration;

import io.micronaut.context.event.ApplicationEventPublisher;
import io.micronaut.transaction.annotation.TransactionalEventListener;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Wakes whoever waits for an account to leave PENDING. A wake-up reaches only this process, and is
 * a hint: look at the row, and look again now and then, for another instance may have settled it.
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

  /** Wakes the waiting once the open transaction has committed. */
  void afterCommit(UUID accountId) {
    events.publishEvent(new Settled(accountId));
  }

  /** The wake-up call for an account; get it before looking at the row, or it may be missed. */
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

  /** One wait; close it, whatever came of it. */
  final class WakeUp implements AutoCloseable {

    private final CountDownLatch latch;
    private final UUID accountId;

    private WakeUp(CountDownLatch latch, UUID accountId) {
      this.latch = latch;
      this.accountId = accountId;
    }

    /** Returns when woken, or after {@code millis}. */
    void await(long millis) throws InterruptedException {
      var _ = latch.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Others may share this call; they look again in time without it. */
    @Override
    public void close() {
      waiting.remove(accountId, latch);
    }
  }
}
