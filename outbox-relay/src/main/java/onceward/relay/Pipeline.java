package onceward.relay;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureListener;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;

/**
 * One generation of a pipeline: preflight → capture → publish → acknowledge, until it fails or is
 * closed.
 *
 * <p>Progress moves after the effect, never before it. So a message that was captured is published
 * at least once, whenever and wherever this ends.
 */
final class Pipeline implements AutoCloseable {

  /** How soon a slot that was given back is noticed. */
  private static final Duration STANDBY_LOOK = Duration.ofMillis(250);

  private final String name;
  private final PipelineParts parts;
  private final PipelineObserver observer;
  private final int stalls;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Capture capture;
  private volatile @Nullable RuntimeException broken;
  private volatile boolean over;

  /**
   * @param stalls how often it has stalled since anything came through
   */
  Pipeline(String name, PipelineParts parts, PipelineObserver observer, int stalls) {
    this.name = name;
    this.parts = parts;
    this.observer = observer;
    this.stalls = stalls;
  }

  /**
   * Returns when closed, or throws why it cannot go on.
   *
   * @param topicsInTrouble topics that did not take a message of an earlier generation
   * @param accept why an operator takes the slot's place as it is; null if none does
   */
  void run(Set<String> topicsInTrouble, @Nullable StopReason accept) throws InterruptedException {
    if (!standBy()) {
      return;
    }
    parts.preflight().lookAtTopics(topicsInTrouble);
    try (var publisher = parts.publisher()) {
      var start = parts.preflight().position(publisher, accept);
      observer.passed();
      stream(publisher, start);
    }
  }

  /** Waits until nobody else reads from the slot; whether it does not have to end instead. */
  private boolean standBy() throws InterruptedException {
    var watch = new HolderWatch(parts.silenceMax());
    while (closing.getCount() > 0) {
      var slot = parts.preflight().lookAtDatabase().slot().orElseThrow();
      if (slot.holder() == 0) {
        return true;
      }
      if (watch.sees(slot)) {
        observer.standsBy(slot.holder());
      } else {
        observer.waitsFor(slot.holder());
      }
      closing.await(STANDBY_LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }
    return false;
  }

  private void stream(Publisher publisher, Position start) {
    try (var capturing = parts.capture(start);
        var canary =
            new CanaryKeeper(
                parts, start.publication(), stalls, observer::beaten, this::breakOff)) {
      capture = capturing;
      if (closing.getCount() > 0) {
        canary.start(name);
        capturing.run(new Flow(publisher, start, canary));
      }
    } catch (RuntimeException consequence) {
      throwIfBroken();
      throw consequence;
    } finally {
      over = true;
    }
    throwIfBroken();
  }

  private void breakOff(RuntimeException why) {
    if (over) {
      return;
    }
    broken = why;
    observer.broken(why);
    end();
  }

  private void throwIfBroken() {
    var why = broken;
    if (why != null) {
      throw why;
    }
  }

  /** Ends {@link #run}. */
  @Override
  public void close() {
    closing.countDown();
    end();
  }

  private void end() {
    var running = capture;
    if (running != null) {
      running.close();
    }
  }

  /** Publishes what is captured, and only then lets it be forgotten. */
  private final class Flow implements CaptureListener {

    private final Publisher publisher;
    private final Position start;
    private final CanaryKeeper canary;
    private Position reached;
    private boolean held;

    Flow(Publisher publisher, Position start, CanaryKeeper canary) {
      this.publisher = publisher;
      this.start = start;
      this.reached = start;
      this.canary = canary;
    }

    @Override
    public void captured(CapturedBatch batch) throws InterruptedException {
      if (!held) {
        parts.preflight().verifyHeld(start);
        held = true;
      }
      canary.throwIfSilent();
      observer.captured(batch);
      reached = reached.reached(batch.beat(), batch.confirmable(), batch.resume());
      publisher.publish(batch.messages(), reached);
      batch.acknowledge();
      // A capture that was left behind may wake while the next generation runs.
      if (!over) {
        canary.sign();
        observer.acknowledged(batch);
      }
    }
  }
}
