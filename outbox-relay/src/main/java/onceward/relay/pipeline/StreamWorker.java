package onceward.relay.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import onceward.messaging.Message;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.move.Moving;
import onceward.relay.position.Departure;
import onceward.relay.position.Position;
import onceward.relay.position.TopicIdentity;
import onceward.relay.publish.Publisher;
import onceward.relay.quarantine.Parking;
import onceward.relay.republish.Republishing;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;

/**
 * What one generation does with each batch: capture → republish what is requested → hold back →
 * send → await → checkpoint. While Kafka answers a batch, the next ones are sent. Leaves the
 * database of a pipeline that is to move.
 *
 * <p>Progress moves after the effect, never before it: in the order of the batches, each when Kafka
 * has it and everything before. So a message that was captured is published at least once, whenever
 * and wherever this ends. {@link #step} is for one thread; others may ask it to release, to
 * republish or to end.
 */
final class StreamWorker {

  /** How soon a stream that waits for changes notices that it is to end. */
  static final Duration WAIT_MAX = Duration.ofMillis(100);

  /**
   * How many batches may be under way at once: the next are sent while Kafka still answers the
   * first. In exactly-once mode they share a transaction.
   */
  static final int UNDER_WAY_MAX = 4;

  /**
   * How many characters of payload may be under way at once, though one batch may go beyond: what
   * slow brokers take before a transaction or a delivery is given up.
   */
  static final long UNDER_WAY_CHARACTERS_MAX = 4L * 1024 * 1024;

  private final Capture capture;
  private final Publisher publisher;
  private final Outside outside;
  private final Checkpoint checkpoint;
  private final Silence silence;
  private final Consumer<Event> report;
  private final Position start;
  private final AtomicBoolean releaseAsked = new AtomicBoolean(true);
  private final AtomicBoolean republishAsked = new AtomicBoolean(true);
  private final AtomicReference<Effect.@Nullable End> endAsked = new AtomicReference<>();
  private final AtomicReference<Event.@Nullable Move> moveAsked = new AtomicReference<>();

  /** What is sent and not awaited yet, in its order. */
  private final Deque<Batch> underWay = new ArrayDeque<>(UNDER_WAY_MAX);

  /** Behind the last batch that is sent, which Kafka need not have acknowledged. */
  private Position reached;

  private boolean held;
  private volatile int inFlight;

  /** A batch that is sent. */
  private record Batch(
      Publisher.Sent sent,
      int size,
      long characters,
      Instant oldestCommit,
      Position reached,
      CapturedBatch.Acknowledgement acknowledgement) {}

  /** What a stream asks of others. For the thread of the stream. */
  interface Outside {

    /**
     * Called once, before the first batch: the slot is held now. Verifies that the slot is the one
     * that was looked at, and takes up the keys that are parked.
     *
     * @throws onceward.relay.source.SlotLostException if the session of the capture does not hold
     *     the slot any more
     */
    void holdsSlot(Position start);

    /**
     * Publishes what waits for the keys that are to be released.
     *
     * @param pace says before each portion whether to go on, and hears of progress
     * @return the position reached
     */
    Position release(Position reached, Parking.Pace pace) throws InterruptedException;

    /**
     * Publishes again what operators have requested, at an unchanged position.
     *
     * @param pace says before each portion whether to go on, and hears of progress
     */
    void republish(Position reached, Republishing.Pace pace) throws InterruptedException;

    /**
     * What the database holds, if all of it is published and nothing more can come. Looks from time
     * to time only.
     *
     * @return empty as long as the move has to wait
     */
    Optional<Departure> departure(Position reached, Moving.Progress progress);

    /**
     * Ends the stream of a pipeline that has left its database.
     *
     * @throws onceward.relay.stop.StoppedException always
     */
    void refuseMoved(Position left);

    /** Holds back the messages of parked keys, and returns the rest. */
    List<Message> pass(List<Message> messages);

    /** The same place, with the keys that are parked by now. */
    Position withParkedKeys(Position reached);

    /**
     * Judges the topics of messages that are about to be published.
     *
     * @throws onceward.relay.stop.StoppedException if a topic does not exist or is not fit
     */
    void admit(List<Message> messages);

    /** The topics that are published to, by name. */
    Map<String, TopicIdentity> topics();
  }

  StreamWorker(
      Capture capture,
      Publisher publisher,
      Outside outside,
      Position start,
      Duration checkpointInterval,
      Silence silence,
      LongSupplier nanoTime,
      Consumer<Event> report) {
    this.capture = capture;
    this.publisher = publisher;
    this.outside = outside;
    this.start = start;
    this.reached = start;
    this.checkpoint = new Checkpoint(publisher, checkpointInterval, nanoTime);
    this.silence = silence;
    this.report = report;
  }

  /**
   * Sends the next batch that is there, waits for the first that is under way, or makes the
   * checkpoint that is due.
   *
   * @return false if the stream has ended, as it was asked to
   */
  boolean step() throws InterruptedException {
    var end = endAsked.get();
    if (end != null) {
      finish(end);
      return false;
    }
    var batch = next();
    if (batch.isPresent() && endAsked.get() == null) {
      send(batch.get());
    } else if (underWay.isEmpty()) {
      checkpoint.makeIfDue();
      noteReading();
    } else {
      awaitFirst();
    }
    move();
    return true;
  }

  /** Has the next step publish what waits for the keys that are to be released. */
  void release() {
    releaseAsked.set(true);
  }

  /** Has the next step carry out requests to republish before it publishes a batch. */
  void republish() {
    republishAsked.set(true);
  }

  /** Has the next step write down that the pipeline is to move, or to stay. */
  void move(Event.Move asked) {
    var before = moveAsked.getAndSet(asked);
    if (before != null) {
      before.answer().complete(false);
    }
  }

  /** Has the step after the present one end the stream. */
  void end(Effect.End how) {
    endAsked.set(how);
  }

  /** How many messages are being published. Any thread may ask. */
  int inFlight() {
    return inFlight;
  }

  private Optional<CapturedBatch> next() throws InterruptedException {
    try {
      return capture.next(underWay.isEmpty() ? checkpoint.untilDue(WAIT_MAX) : Duration.ZERO);
    } catch (UnreadableRowException | StoppedException ended) {
      // The slot is still held: what was captured before the end counts.
      awaitAll();
      throw ended;
    }
  }

  /** A server that reads log of other tables sends nothing, and is at work all the same. */
  private void noteReading() {
    if (capture.backlogRead().filter(silence::endByReading).isPresent()) {
      report.accept(new Event.LogRead());
    }
  }

  private void send(CapturedBatch batch) throws InterruptedException {
    if (!held) {
      outside.holdsSlot(start);
      held = true;
    }
    silence.throwIfTooLong();
    if (releaseAsked.get() || republishAsked.get()) {
      // Both write down the position reached, which must not cover what Kafka may not have.
      awaitAll();
      release(releaseAsked.getAndSet(false));
      republish(republishAsked.getAndSet(false));
      if (endAsked.get() != null) {
        // The batch is captured again.
        return;
      }
    }
    var passing = passing(batch.messages());
    reached =
        knowingTopics(
            outside.withParkedKeys(
                reached
                    .reached(batch.beat(), batch.confirmable(), batch.place())
                    .covering(passing)));
    var characters = characters(passing);
    while (!underWay.isEmpty() && charactersUnderWay() + characters > UNDER_WAY_CHARACTERS_MAX) {
      awaitFirst();
    }
    underWay.add(
        new Batch(
            publisher.send(passing, reached),
            passing.size(),
            characters,
            batch.oldestCommit(),
            reached,
            batch.acknowledgement()));
    countInFlight();
    if (underWay.size() == UNDER_WAY_MAX) {
      awaitFirst();
    }
  }

  private static long characters(List<Message> messages) {
    var sum = 0L;
    for (var message : messages) {
      sum += message.payload().length();
    }
    return sum;
  }

  private long charactersUnderWay() {
    return underWay.stream().mapToLong(Batch::characters).sum();
  }

  private List<Message> passing(List<Message> captured) throws InterruptedException {
    try {
      var passing = outside.pass(captured);
      outside.admit(passing);
      return passing;
    } catch (StoppedException unfit) {
      awaitAll();
      throw unfit;
    }
  }

  private void countInFlight() {
    inFlight = underWay.stream().mapToInt(Batch::size).sum();
  }

  private void awaitAll() throws InterruptedException {
    while (!underWay.isEmpty()) {
      awaitFirst();
    }
  }

  private void awaitFirst() throws InterruptedException {
    var first = underWay.getFirst();
    first.sent().await();
    underWay.removeFirst();
    // Meanwhile another relay may have come further.
    silence.throwIfTooLong();
    checkpoint.published(first.reached(), first.acknowledgement());
    var isNew = first.reached().isBeyond(start);
    silence.end(isNew);
    countInFlight();
    report.accept(
        new Event.Published(
            first.size(),
            Duration.between(first.oldestCommit(), Instant.now()),
            first.reached(),
            isNew));
  }

  /** Safe here: this pipeline holds the slot, so no other relay releases keys. */
  private void release(boolean isAsked) throws InterruptedException {
    if (isAsked) {
      reached = outside.release(reached, new RequestedPace());
      checkpoint.superseded();
    }
  }

  /**
   * Carries out what is requested, all of it before the captured batch: after a lost slot the batch
   * may hold later versions of the same keys.
   */
  private void republish(boolean isAsked) throws InterruptedException {
    if (isAsked) {
      outside.republish(reached, new RequestedPace());
    }
  }

  private final class RequestedPace implements Republishing.Pace, Parking.Pace {

    @Override
    public boolean goesOn() {
      // Since the portion before another relay may have come further.
      silence.throwIfTooLong();
      return endAsked.get() == null;
    }

    @Override
    public void republished(int count) {
      silence.end(false);
      report.accept(new Event.Republished(count));
    }

    @Override
    public void released(int count) {
      silence.end(false);
      report.accept(new Event.Released(count));
    }
  }

  /** Leaves the database once everything is published, if the pipeline is to move. */
  private void move() throws InterruptedException {
    if (!held) {
      return;
    }
    var asked = moveAsked.getAndSet(null);
    if (asked != null) {
      carryOut(asked);
    }
    var move = reached.move();
    if (move == null) {
      return;
    }
    // A transaction that is open while the outbox is read would be given up.
    awaitAll();
    var departure = outside.departure(reached, new MoveProgress());
    if (departure.isPresent()) {
      settle();
      writeDown(reached.moving(move.leaving(departure.get())));
      outside.refuseMoved(reached);
    }
  }

  /** A request that was answered meanwhile, as refused for want of time, is not carried out. */
  private void carryOut(Event.Move asked) throws InterruptedException {
    if (asked.answer().isDone()) {
      return;
    }
    settle();
    if (asked.answer().isDone()) {
      return;
    }
    var before = reached.move();
    writeDown(reached.moving(asked.move()));
    if (asked.answer().complete(true)) {
      report.accept(new Event.Moving("captures and publishes", false));
    } else {
      writeDown(reached.moving(before));
    }
  }

  /** The position of the last batch must not be written over one that comes now. */
  private void settle() throws InterruptedException {
    awaitAll();
    silence.throwIfTooLong();
    checkpoint.make();
  }

  /** Writes down another position at the same place, once Kafka has all that it covers. */
  private void writeDown(Position next) throws InterruptedException {
    awaitAll();
    // A process that was suspended must not write over the position of another relay.
    silence.throwIfTooLong();
    publisher.publish(List.of(), next);
    publisher.checkpoint(next);
    checkpoint.superseded();
    reached = next;
  }

  private final class MoveProgress implements Moving.Progress {

    @Override
    public void waits(String what) {
      report.accept(new Event.Moving(what, false));
    }

    @Override
    public void reads(long rows) {
      silence.throwIfTooLong();
      if (endAsked.get() != null) {
        throw new IllegalStateException("is to end, and has not read all ids of its outbox");
      }
      silence.end(false);
      report.accept(
          new Event.Moving("leaves, and has read %,d ids of its outbox".formatted(rows), true));
    }
  }

  private Position knowingTopics(Position place) {
    var topics = outside.topics();
    return topics.equals(place.premises().topics())
        ? place
        : place.under(place.premises().knowing(topics));
  }

  private void finish(Effect.End end) throws InterruptedException {
    if (end.doubt() != null) {
      doubt(end.doubt());
    }
    if (end.settle()) {
      awaitAll();
      checkpoint.make();
    }
  }

  /** Once the change is undone, nothing else shows that rows may have been passed over. */
  private void doubt(Stop cause) throws InterruptedException {
    writeDown(reached.under(reached.premises().doubting(cause.sentence())));
  }
}
