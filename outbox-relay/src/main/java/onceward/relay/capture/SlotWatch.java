package onceward.relay.capture;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when an engine really streams.
 *
 * <p>The engine's callbacks do not tell: they come before it asks for the slot, for which it may
 * then wait. The server knows: the slot is held by a session of ours that began after the engine
 * did. (Another relay that starts within the same moments can be taken for this one; it is told
 * apart as soon as either restarts.)
 */
final class SlotWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SlotWatch.class);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration LOOK_WHEN_TAKEN = Duration.ofMillis(500);

  private final ReplicationSlot slot;
  private final OffsetDateTime engineStart;
  private final Runnable streaming;
  private final CountDownLatch ended = new CountDownLatch(1);
  private int reportedPid;

  SlotWatch(ReplicationSlot slot, OffsetDateTime engineStart, Runnable streaming) {
    this.slot = slot;
    this.engineStart = engineStart;
    this.streaming = streaming;
  }

  void start() {
    Thread.ofVirtual().name("slot-watch").start(this::watch);
  }

  /** Afterwards nothing is told any more. */
  @Override
  public synchronized void close() {
    ended.countDown();
  }

  private void watch() {
    try {
      while (!isOurs()) {
        if (ended.await(
            (reportedPid == 0 ? LOOK : LOOK_WHEN_TAKEN).toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      tell();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CaptureException e) {
      // The engine meets the same trouble and reports it.
      log.debug("Stopped watching the slot", e);
    }
  }

  private synchronized void tell() {
    if (ended.getCount() > 0) {
      streaming.run();
    }
  }

  private boolean isOurs() {
    var holder = slot.holder();
    holder.filter(other -> !other.beganAfter(engineStart)).ifPresent(this::report);
    return holder.isPresent() && holder.get().beganAfter(engineStart);
  }

  private void report(ReplicationSlot.Holder other) {
    if (reportedPid != other.pid()) {
      reportedPid = other.pid();
      log.info("Waiting for the slot, which session {} still holds", reportedPid);
    }
  }
}
