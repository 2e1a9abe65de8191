package onceward.relay.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import onceward.messaging.Message;
import onceward.relay.capture.Capture;
import onceward.relay.move.Moving;
import onceward.relay.position.Departure;
import onceward.relay.position.Position;
import onceward.relay.position.TopicIdentity;
import onceward.relay.preflight.PublishedTopics;
import onceward.relay.publish.Publisher;
import onceward.relay.quarantine.Parking;
import onceward.relay.republish.Republishing;
import onceward.relay.source.DatabaseFacts.Slot;
import onceward.relay.source.SlotLook;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One life of a pipeline's workers: does what blocks, one step at a time, and posts events. Decides
 * nothing, and keeps nothing that outlives it. Effects come from the thread of the pipeline.
 */
final class Generation {

  private static final Logger log = LoggerFactory.getLogger(Generation.class);

  /** How soon a slot that was given back is noticed. */
  private static final Duration STANDBY_LOOK = Duration.ofMillis(250);

  /** How soon a standby notices that something else is wrong; with Kafka's answer below 30 s. */
  private static final Duration STANDBY_WHOLE_LOOK = Duration.ofSeconds(10);

  /** A publish in hand mostly fails by itself before this has passed; then it is interrupted. */
  private static final Duration BATCH_PATIENCE = Duration.ofSeconds(15);

  /** How long a worker may take to give back its connections. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(20);

  private final String pipeline;
  private final PipelineParts parts;
  private final StartTurns turns;
  private final Consumer<Event> post;
  private final SlotProgress progress;
  private final CountDownLatch over = new CountDownLatch(1);
  private final CountDownLatch flowed = new CountDownLatch(1);
  private volatile @Nullable Thread worker;
  private volatile @Nullable Publisher publisher;
  private volatile @Nullable Capture capture;
  private volatile @Nullable StreamWorker stream;
  private volatile Effect.@Nullable End endAsked;

  /** Guarded by this, so that nobody is interrupted who has stopped waiting. */
  private @Nullable Thread waitingForTurn;

  /**
   * @param turns of all pipelines of the process
   * @param progress of the slot, as earlier generations have seen it since the pipeline streamed
   *     last
   * @param post takes events of this generation, from any thread
   */
  Generation(
      String pipeline,
      PipelineParts parts,
      StartTurns turns,
      SlotProgress progress,
      Consumer<Event> post) {
    this.pipeline = pipeline;
    this.parts = parts;
    this.turns = turns;
    this.progress = progress;
    this.post = post;
  }

  // ---- steps, of which one is at work at a time

  void look(Effect.Look effect) {
    work("look", () -> lookAtAll(effect.notTaken()));
  }

  void watchSlot() {
    work("watch-slot", this::watchHolder);
  }

  void writeDoubt(Effect.WriteDoubt effect) {
    work("doubt", () -> writeDown(effect.cause()));
  }

  void stream(Effect.Stream effect) {
    work("stream", () -> captureAndPublish(effect));
  }

  void watchStop(Effect.WatchStop effect) {
    work("watch-stop", () -> watchUntilOutOfTheWay(effect));
  }

  private void work(String step, Step task) {
    var thread = Thread.ofPlatform().name(step + "-" + pipeline).unstarted(() -> work(task));
    worker = thread;
    thread.start();
  }

  private void work(Step task) {
    MDC.put("pipeline", pipeline);
    try {
      task.take();
    } catch (InterruptedException | RuntimeException | Error failure) {
      flowed.countDown();
      post.accept(new Event.Ended(failure));
    }
  }

  private interface Step {
    void take() throws InterruptedException;
  }

  /** Waits until it is this pipeline's turn to start, or until it is to end. */
  private StartTurns.Turn takeTurn() throws InterruptedException {
    waitsForTurn(Thread.currentThread());
    try {
      return turns.take();
    } finally {
      waitsForTurn(null);
    }
  }

  private synchronized void waitsForTurn(@Nullable Thread waiting) throws InterruptedException {
    if (waiting != null && isEndAsked()) {
      throw new InterruptedException("ends before its turn");
    }
    waitingForTurn = waiting;
  }

  private boolean isEndAsked() {
    return endAsked != null || over.getCount() == 0;
  }

  /** Whoever waits has nothing in hand, so it is not given time to end. */
  private synchronized void endWaitForTurn() {
    if (waitingForTurn != null) {
      waitingForTurn.interrupt();
    }
  }

  private void lookAtAll(@Nullable Message notTaken) throws InterruptedException {
    Slot slot;
    try (var _ = takeTurn()) {
      slot = parts.preflight().lookAtDatabase().slot().orElseThrow();
      var isFree = slot.holder() == 0;
      // A relay that could not publish is no standby either.
      parts.preflight().lookAtTopics(isFree && holdsUp(notTaken) ? notTaken : null);
    }
    post.accept(new Event.Looked(slot.holder(), slot.confirmed()));
  }

  /** A quarantined message holds up nobody any more. */
  private boolean holdsUp(@Nullable Message notTaken) {
    return notTaken != null && !parts.quarantine().has(notTaken.id(), false);
  }

  private void watchHolder() throws InterruptedException {
    var since = System.nanoTime();
    var seen = new Event.SlotHeld(0, false);
    try (var slots = parts.preflight().slotLook()) {
      while (System.nanoTime() - since < STANDBY_WHOLE_LOOK.toNanos()) {
        var slot = slots.look().orElse(null);
        if (slot == null || slot.holder() == 0) {
          break;
        }
        var now = new Event.SlotHeld(slot.holder(), progress.sees(slot));
        if (!now.equals(seen)) {
          seen = now;
          post.accept(now);
        }
        if (isOverWithin(STANDBY_LOOK)) {
          return;
        }
      }
    }
    post.accept(new Event.SlotWatched());
  }

  private void writeDown(Stop cause) throws InterruptedException {
    if (awaitSlot()) {
      try (var opened = parts.publisher()) {
        publisher = opened;
        parts.preflight().doubt(opened, cause);
      }
    }
    flowed.countDown();
    post.accept(new Event.DoubtWritten());
  }

  /**
   * Waits until no session holds the slot: the server may still know one of ours that has ended.
   *
   * @return false if another relay holds the slot: it writes its own position, and must not be
   *     fenced
   */
  private boolean awaitSlot() throws InterruptedException {
    var since = System.nanoTime();
    try (var slots = parts.preflight().slotLook()) {
      for (var slot = slots.look(); ; slot = slots.look()) {
        if (slot.isEmpty() || slot.get().holder() == 0) {
          return true;
        }
        if (progress.sees(slot.get())) {
          return false;
        }
        if (System.nanoTime() - since > STANDBY_WHOLE_LOOK.toNanos()) {
          throw new SlotHeldException(slot.get().holder());
        }
        if (isEndAsked() || isOverWithin(STANDBY_LOOK)) {
          throw new InterruptedException("ends before the slot is free");
        }
      }
    }
  }

  private void watchUntilOutOfTheWay(Effect.WatchStop effect) throws InterruptedException {
    var holder = new SlotProgress(parts.silenceMax(), OptionalLong::empty);
    try (var slots = parts.preflight().slotLook()) {
      for (var wait = effect.firstWait();
          !isOverWithin(wait);
          wait = PipelineMachine.STOPPED_LOOK) {
        if (isOutOfTheWay(effect.stop(), slots, holder)) {
          post.accept(new Event.OutOfTheWay());
          return;
        }
      }
    }
  }

  /** By way of another relay, which may move the slot by now. */
  private boolean isOutOfTheWay(Stop stop, SlotLook slots, SlotProgress holder) {
    try {
      // Also for its own sake: metrics show how much log is kept meanwhile.
      var slot = slots.look();
      if (stop.reason() == StopReason.PAUSED) {
        return false;
      }
      var poison = stop.poison();
      return (poison != null
              && parts.quarantine().has(poison.messageId(), poison.message() == null))
          || slot.filter(Slot::isHeld).filter(holder::sees).isPresent();
    } catch (RuntimeException notNow) {
      log.debug("Pipeline {} cannot look whether it may go on", pipeline, notNow);
      return false;
    }
  }

  private void captureAndPublish(Effect.Stream effect) throws InterruptedException {
    try (var turn = takeTurn();
        var opened = parts.publisher()) {
      publisher = opened;
      var start = parts.preflight().position(opened, effect.accepted(), this::arrives);
      var parking = new Parking(start, parts.parked());
      var topics = parts.preflight().publishedTopics(start);
      try (var capturing = parts.capture(start, parking.discardedChanges());
          var canary = new CanaryLoop(parts, post);
          var others = new OtherServers(parts, start, post);
          var watch =
              new Watch(parts, start, topics, cause -> post.accept(new Event.Changed(cause)))) {
        capture = capturing;
        var silence = new Silence(effect.firstSilence(), parts.silenceMax(), System::nanoTime);
        var flow =
            new StreamWorker(
                capturing,
                opened,
                new Live(
                    opened,
                    capturing,
                    parking,
                    new Republishing(parts.republish()),
                    new Moving(parts.holdings(), System::nanoTime),
                    topics),
                start,
                parts.checkpointInterval(),
                silence,
                System::nanoTime,
                post);
        stream = flow;
        if (endAsked != null) {
          flow.end(endAsked);
        }
        post.accept(new Event.Opened(start));
        canary.start(pipeline);
        watch.start(pipeline);
        others.start(pipeline);
        turn.end();
        takeSteps(flow);
      }
    }
    post.accept(new Event.Ended(null));
  }

  /** A start that was given up must not read on beside the next one. */
  private void arrives(long rows) {
    if (isEndAsked()) {
      throw new IllegalStateException("is to end, and has not read all ids of the copied outbox");
    }
    post.accept(
        new Event.Moving(
            "arrives in another cluster, and has read %,d ids of its outbox".formatted(rows),
            true));
  }

  private void takeSteps(StreamWorker flow) throws InterruptedException {
    try {
      var goesOn = true;
      while (goesOn) {
        goesOn = flow.step();
      }
    } finally {
      over.countDown();
      flowed.countDown();
    }
  }

  /** How many messages are being published. */
  int inFlight() {
    var flow = stream;
    return flow == null || over.getCount() == 0 ? 0 : flow.inFlight();
  }

  // ---- to the step that is at work

  void release() {
    var flow = stream;
    if (flow != null) {
      flow.release();
    }
  }

  void republish() {
    var flow = stream;
    if (flow != null) {
      flow.republish();
    }
  }

  /** Nobody writes the request down if there is no stream. */
  void move(Effect.Move asked) {
    var flow = stream;
    if (flow == null) {
      asked.asked().answer().complete(false);
    } else {
      flow.move(asked.asked());
    }
  }

  /** Asks the step to end; interrupts it, and at last leaves it behind, if it does not. */
  void end(Effect.End how) {
    endAsked = how;
    var flow = stream;
    if (flow != null) {
      flow.end(how);
    }
    endWaitForTurn();
    Thread.ofVirtual().name("end-" + pipeline).start(this::awaitEnd);
  }

  /** The step gives nothing back, and its events are not heard any more. */
  void abandon() {
    over.countDown();
    endWaitForTurn();
  }

  private void awaitEnd() {
    MDC.put("pipeline", pipeline);
    var working = worker;
    if (working == null) {
      return;
    }
    try {
      if (!flowed.await(BATCH_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        working.interrupt();
      }
      if (!working.join(CLOSE_PATIENCE)) {
        leaveBehind();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes its connections from the step, so that it can neither publish nor keep the slot. */
  private void leaveBehind() {
    log.warn("Pipeline {} leaves a worker behind that did not end in time", pipeline);
    over.countDown();
    close(publisher);
    close(capture);
    // Nobody knows whether it has done what it was to do before its end.
    post.accept(new Event.Ended(new LeftBehindException()));
  }

  private void close(@Nullable AutoCloseable connection) {
    try (connection) {
      log.debug("Closing {}", connection);
    } catch (Exception failed) {
      log.warn("Pipeline {} could not close what it leaves behind", pipeline, failed);
    }
  }

  private boolean isOverWithin(Duration wait) throws InterruptedException {
    return over.await(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The real table of parked messages, preflight and topics. */
  private final class Live implements StreamWorker.Outside {

    private final Publisher publisher;
    private final Capture capture;
    private final Parking parking;
    private final Republishing republishing;
    private final Moving moving;
    private final PublishedTopics topics;

    Live(
        Publisher publisher,
        Capture capture,
        Parking parking,
        Republishing republishing,
        Moving moving,
        PublishedTopics topics) {
      this.publisher = publisher;
      this.capture = capture;
      this.parking = parking;
      this.republishing = republishing;
      this.moving = moving;
      this.topics = topics;
    }

    @Override
    public void holdsSlot(Position start) {
      var holder = parts.preflight().verifyHeld(start, capture.session());
      parking.begin(holder);
      republishing.begin(holder);
    }

    @Override
    public Position release(Position reached, Parking.Pace pace) throws InterruptedException {
      return parking.release(publisher, reached, this::admit, parts.preflight()::lacksTopic, pace);
    }

    @Override
    public void republish(Position reached, Republishing.Pace pace) throws InterruptedException {
      republishing.carryOut(publisher, reached, this::admit, parts.preflight()::lacksTopic, pace);
    }

    @Override
    public Optional<Departure> departure(Position reached, Moving.Progress progress) {
      return moving.departure(reached, progress);
    }

    @Override
    public void refuseMoved(Position left) {
      parts.preflight().refuseMoved(left);
    }

    @Override
    public List<Message> pass(List<Message> messages) {
      return parking.park(messages);
    }

    @Override
    public Position withParkedKeys(Position reached) {
      return parking.withParkedKeys(reached);
    }

    @Override
    public void admit(List<Message> messages) {
      topics.admit(messages);
    }

    @Override
    public Map<String, TopicIdentity> topics() {
      return topics.known();
    }
  }
}
