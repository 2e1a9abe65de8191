package onceward.relay;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import onceward.messaging.Message;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureListener;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.database.Beat;
import onceward.relay.database.DatabaseFacts;
import onceward.relay.park.Parking;
import onceward.relay.position.Position;
import onceward.relay.preflight.PublishedTopics;
import onceward.relay.publish.Publisher;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One generation of a pipeline: preflight → capture → publish → checkpoint, until it fails or is
 * closed.
 *
 * <p>Progress moves after the effect, never before it. So a message that was captured is published
 * at least once, whenever and wherever this ends.
 */
final class Pipeline implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

  /** How soon a slot that was given back is noticed. */
  private static final Duration STANDBY_LOOK = Duration.ofMillis(250);

  /** How soon a standby notices that something else is wrong; with Kafka's answer below 30 s. */
  private static final Duration STANDBY_WHOLE_LOOK = Duration.ofSeconds(10);

  private final String name;
  private final PipelineParts parts;
  private final PipelineObserver observer;
  private final int stalls;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Checkpoint checkpoint;
  private volatile @Nullable Capture capture;
  private volatile @Nullable RuntimeException broken;
  private boolean over;
  private volatile boolean releaseAsked = true;

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
   * @param notTaken the message that an earlier generation could not publish; null if there is none
   * @param accept tells why an operator takes the slot's place as it is; null if none does
   */
  void run(@Nullable Message notTaken, Supplier<@Nullable StopReason> accept)
      throws InterruptedException {
    if (!standBy()) {
      return;
    }
    parts.preflight().lookAtTopics(holdsUp(notTaken) ? notTaken : null);
    try (var publisher = parts.publisher()) {
      var start = parts.preflight().position(publisher, accept.get());
      observer.passed();
      stream(publisher, start, new Parking(start, parts.parked()));
    }
  }

  /** A quarantined message holds up nobody any more. */
  private boolean holdsUp(@Nullable Message notTaken) {
    return notTaken != null && !parts.quarantine().has(notTaken.id(), false);
  }

  /** Waits until nobody else reads from the slot; whether it does not have to end instead. */
  private boolean standBy() throws InterruptedException {
    var watch = new HolderWatch(parts.silenceMax(), parts.preflight()::lastWritten);
    while (closing.getCount() > 0) {
      var slot = lookAtDatabase().slot().orElseThrow();
      if (slot.holder() == 0) {
        return true;
      }
      // Whoever could not publish is no standby.
      parts.preflight().lookAtTopics(null);
      waitWhileHeld(watch);
    }
    return false;
  }

  private DatabaseFacts lookAtDatabase() throws InterruptedException {
    try {
      return parts.preflight().lookAtDatabase();
    } catch (StoppedException stopped) {
      if (stopped.stop().reason().passesOver() && isSlotFree()) {
        // Before the reason is shown: once that is mended, nothing else would tell of it.
        try (var publisher = parts.publisher()) {
          parts.preflight().doubt(publisher, stopped.stop());
        }
      }
      throw stopped;
    }
  }

  /** The relay that holds the slot writes its own position, and must not be fenced. */
  private boolean isSlotFree() {
    return parts.database().lookAtSlot().filter(slot -> slot.holder() == 0).isPresent();
  }

  /** Until the slot is free, or all else has to be looked at again. */
  private void waitWhileHeld(HolderWatch watch) throws InterruptedException {
    var since = System.nanoTime();
    try (var slots = parts.preflight().slotLook()) {
      while (System.nanoTime() - since < STANDBY_WHOLE_LOOK.toNanos()) {
        var slot = slots.look().orElse(null);
        if (slot == null || slot.holder() == 0) {
          return;
        }
        if (watch.sees(slot)) {
          observer.standsBy(slot.holder());
        } else {
          observer.waitsFor(slot.holder());
        }
        if (closing.await(STANDBY_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    }
  }

  private void stream(Publisher publisher, Position start, Parking parking) {
    var topics = parts.preflight().publishedTopics(start);
    try (var capturing = parts.capture(start, parking.discardedChanges());
        var canary = new CanaryKeeper(parts, stalls, this::beaten, this::breakOff);
        var lettingGo = new Checkpoint(publisher, parts.checkpointInterval(), this::breakOff)) {
      var flow = new Flow(publisher, start, topics, canary, lettingGo, parking);
      try (var watch = new Watch(parts, start, topics, flow::breakOff)) {
        checkpoint = lettingGo;
        capture = capturing;
        if (closing.getCount() > 0) {
          canary.start(name);
          lettingGo.start(name);
          watch.start(name);
          capturing.run(flow);
        }
      }
    } catch (RuntimeException consequence) {
      throwIfBroken();
      throw consequence;
    } finally {
      finish();
    }
    throwIfBroken();
  }

  private void beaten(Beat beat) {
    observer.beaten(beat);
    releaseAsked |= beat.releaseAsked();
  }

  /** On a thread that may be late: nobody waits for those that watch. */
  private void breakOff(RuntimeException why) {
    if (tellsBroken(why)) {
      end();
    }
  }

  /** Reports a failure only while this generation is current. */
  private synchronized boolean tellsBroken(RuntimeException why) {
    if (over) {
      return false;
    }
    broken = why;
    observer.broken(why);
    return true;
  }

  private synchronized void finish() {
    over = true;
  }

  /**
   * Reports a batch only while this generation is current: a capture that was left behind may wake
   * while the next generation runs, and would make that one pass for streaming.
   */
  private synchronized void reportPublished(CapturedBatch batch, int count, Position reached) {
    if (!over) {
      observer.published(batch, count, reached);
    }
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
    var undone = checkpoint;
    if (undone != null && broken == null) {
      undone.settle();
    }
    var running = capture;
    if (running != null) {
      running.close();
    }
  }

  /** Publishes what is captured, and only then lets it be forgotten. */
  private final class Flow implements CaptureListener {

    private final Publisher publisher;
    private final Position start;
    private final PublishedTopics topics;
    private final CanaryKeeper canary;
    private final Checkpoint checkpoint;
    private final Parking parking;
    private Position reached;
    private boolean held;

    Flow(
        Publisher publisher,
        Position start,
        PublishedTopics topics,
        CanaryKeeper canary,
        Checkpoint checkpoint,
        Parking parking) {
      this.publisher = publisher;
      this.start = start;
      this.topics = topics;
      this.reached = start;
      this.canary = canary;
      this.checkpoint = checkpoint;
      this.parking = parking;
    }

    @Override
    public void captured(CapturedBatch batch) throws InterruptedException {
      checkpoint.inTurn(() -> pass(batch));
    }

    private void pass(CapturedBatch batch) throws InterruptedException {
      if (!held) {
        parking.begin(parts.preflight().verifyHeld(start));
        held = true;
      }
      canary.throwIfSilent();
      // Only now nobody else does: the slot is held.
      if (releaseAsked) {
        releaseAsked = false;
        reached = parking.release(publisher, reached, parts.preflight()::lacksTopic, canary::sign);
      }
      observer.captured(batch);
      var passing = parking.pass(batch.messages());
      topics.admit(passing);
      reached =
          knowingTopics(
              parking.at(reached.reached(batch.beat(), batch.confirmable(), batch.resume())));
      publisher.publish(passing, reached);
      // That took a while, in which another may have come further.
      canary.throwIfSilent();
      checkpoint.reached(reached, batch.acknowledgement());
      canary.sign();
      reportPublished(batch, passing.size(), reached);
    }

    private Position knowingTopics(Position place) {
      return topics.known().equals(place.premises().topics())
          ? place
          : place.under(place.premises().knowing(topics.known()));
    }

    /**
     * The watch has found a change. What may have been passed over by then is written down first:
     * once the change is undone, nothing else would tell of it.
     */
    void breakOff(RuntimeException why) {
      if (why instanceof StoppedException stopped && stopped.stop().reason().passesOver()) {
        try {
          checkpoint.inTurn(() -> doubt(stopped.stop()));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } catch (RuntimeException notNow) {
          log.warn(
              "Pipeline {}: the next start writes down that rows may be missing", name, notNow);
        }
      }
      Pipeline.this.breakOff(why);
    }

    private void doubt(Stop cause) throws InterruptedException {
      // A process that was suspended must not write over the position of another relay.
      canary.throwIfSilent();
      reached = reached.under(reached.premises().doubting(cause.sentence()));
      publisher.publish(List.of(), reached);
      publisher.checkpoint(reached);
    }
  }
}
