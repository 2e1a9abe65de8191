package onceward.relay;

import static onceward.relay.PipelineState.BACKING_OFF;
import static onceward.relay.PipelineState.PREFLIGHT;
import static onceward.relay.PipelineState.STANDBY;
import static onceward.relay.PipelineState.STOPPED;
import static onceward.relay.PipelineState.STREAMING;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import onceward.messaging.Message;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.database.Beat;
import onceward.relay.database.DatabaseException;
import onceward.relay.database.DatabaseFacts.Slot;
import onceward.relay.database.Quarantine;
import onceward.relay.position.Position;
import onceward.relay.publish.KafkaAwayException;
import onceward.relay.publish.PublishException;
import onceward.relay.stop.Poison;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Keeps one pipeline running: builds a new generation after every failure, for ever, with a wait
 * that grows. What waiting cannot mend stops it until somebody does. Fails alone; other pipelines
 * of the process do not notice. Thread-safe.
 */
final class Supervisor implements AutoCloseable, PipelineObserver {

  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  /** How soon what was mended is noticed. */
  private static final Duration STOPPED_LOOK = Duration.ofSeconds(5);

  /** A batch in hand and the engine under it have ended by then, or never will. */
  private static final Duration END_MAX = Duration.ofSeconds(50);

  private static final Set<StopReason> TOPIC_REASONS =
      Set.of(StopReason.TOPIC_MISSING, StopReason.TOPIC_UNFIT);

  private final String name;
  private final PipelineParts parts;
  private final PipelineMetrics metrics;
  private final PipelineStatus status;
  private final Semaphore wake = new Semaphore(0);
  private final Acceptance acceptance = new Acceptance();
  private final FailureCount repeated = new FailureCount();
  private final Thread thread;
  private volatile @Nullable Pipeline running;
  private volatile boolean closing;
  private volatile boolean paused;
  private volatile @Nullable Position furthest;
  private volatile int failures;
  private int looks;
  private volatile int stalls;
  private @Nullable Message notTaken;

  Supervisor(String name, PipelineParts parts, PipelineMetrics metrics) {
    this.name = name;
    this.parts = parts;
    this.metrics = metrics;
    this.status = new PipelineStatus(name);
    metrics.showState(status);
    metrics.showSlot(this::slot);
    this.thread = Thread.ofPlatform().name("pipeline-" + name).unstarted(this::supervise);
  }

  void start() {
    thread.start();
  }

  String name() {
    return name;
  }

  PipelineStatus.Snapshot status() {
    return status.now();
  }

  PipelineMetrics metrics() {
    return metrics;
  }

  /** The slot as it was last seen. */
  Optional<Slot> slot() {
    return parts.database().lastSeenSlot();
  }

  /** How many times in a row it has failed. */
  int failures() {
    return failures;
  }

  /** Ends the pipeline and keeps it so, in this process, until it is resumed. */
  void pause() {
    paused = true;
    endRunning();
  }

  /** Has a pipeline go on that was paused, or is stopped; or start at once if it backs off. */
  void resume() {
    paused = false;
    wake.release();
  }

  /**
   * Has a stopped pipeline go on where its slot stands, whatever was between.
   *
   * @return whether it is stopped for a reason that can be accepted
   */
  boolean accept() {
    var acceptable = status().stop().map(Stop::reason).filter(StopReason::acceptable);
    acceptable.ifPresent(reason -> {
      acceptance.accept(reason);
      resume();
    });
    return acceptable.isPresent();
  }

  /**
   * Sets the message aside at which the pipeline is stopped, and has it go on.
   *
   * @return whether it is stopped at that message
   * @throws KafkaAwayException if Kafka does not take the dead letter; nothing has changed
   * @throws DatabaseException if the database does not answer; there may be a dead letter
   */
  boolean quarantine(UUID messageId, String operator) throws InterruptedException {
    var poison = standsAt(messageId);
    if (poison.isPresent() && poison.get().message() != null) {
      parts.deadLetters().publish(poison.get().message(), poison.get().why(), operator);
    }
    // That took a while, in which it may have been published after all.
    if (poison.isEmpty() || standsAt(messageId).isEmpty()) {
      return false;
    }
    parts.quarantine().add(poison.get(), operator);
    log.warn("Pipeline {}: {} quarantined message {}", name, operator, messageId);
    resume();
    return true;
  }

  private Optional<Poison> standsAt(UUID messageId) {
    return status()
        .stop()
        .flatMap(stop -> Optional.ofNullable(stop.poison()))
        .filter(poison -> poison.messageId().equals(messageId));
  }

  /** What operators may do with what is parked. */
  Quarantine quarantine() {
    return parts.quarantine();
  }

  /** Returns when the batch in hand is done or given up and the pipeline has ended. */
  @Override
  public void close() {
    closing = true;
    wake.release();
    endRunning();
    join();
  }

  private void endRunning() {
    var pipeline = running;
    if (pipeline != null) {
      pipeline.close();
    }
  }

  private void supervise() {
    MDC.put("pipeline", name);
    while (!closing) {
      try {
        superviseOnce();
      } catch (RuntimeException | Error unforeseen) {
        // Without this thread nobody would look after the pipeline any more.
        log.error("Pipeline {} could not be looked after, and is again", name, unforeseen);
        LockSupport.parkNanos(STOPPED_LOOK.toNanos());
      }
    }
    status.stop(new Stop(StopReason.SHUT_DOWN, "the relay is ending", "start it again"));
  }

  private void superviseOnce() {
    try {
      runOnce();
      rest();
    } catch (RuntimeException | Error failure) {
      failed(failure);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a supervisor", e);
    }
  }

  private void runOnce() throws InterruptedException {
    try (var pipeline = new Pipeline(name, parts, this, stalls)) {
      running = pipeline;
      if (!closing && !paused) {
        pipeline.run(notTaken, acceptance::take);
      }
    } finally {
      running = null;
      metrics.ended();
    }
  }

  /** It was ended on purpose. */
  private void rest() throws InterruptedException {
    if (closing) {
      return;
    }
    status.stop(
        new Stop(
            StopReason.PAUSED, "an operator paused it", "infra/onceward relay resume " + name));
    while (paused && !closing) {
      // So that its metrics tell how much log is kept meanwhile.
      lookAtSlot();
      wake.tryAcquire(STOPPED_LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }
    status.become(PREFLIGHT, "resumed");
  }

  @Override
  public void standsBy(int holder) {
    // By the time the slot is free again, it may have been moved to who knows where.
    acceptance.drop();
    status.becomeFrom(STOPPED, PREFLIGHT, "what was wrong is mended");
    status.becomeFrom(PREFLIGHT, STANDBY, "session " + holder + " holds the slot");
  }

  @Override
  public void waitsFor(int holder) {
    acceptance.drop();
    var why =
        "session %1$d holds the slot and is not seen to move it; if no relay is behind it, end it: select pg_terminate_backend(%1$d)"
            .formatted(holder);
    status.becomeFrom(STOPPED, PREFLIGHT, "what was wrong is mended");
    status.becomeFrom(STANDBY, PREFLIGHT, why);
    status.explain(PREFLIGHT, why);
  }

  @Override
  public void passed() {
    acceptance.use();
    status.becomeFrom(STOPPED, PREFLIGHT, "what was wrong is mended");
    status.becomeFrom(STANDBY, PREFLIGHT, "the slot is free");
  }

  @Override
  public void beaten(Beat beat) {
    metrics.beaten(beat);
  }

  @Override
  public void captured(CapturedBatch batch) {
    metrics.captured(batch);
  }

  @Override
  public void published(CapturedBatch batch, int count, Position reached) {
    metrics.published(batch, count);
    var before = furthest;
    if (failures > 0 && before != null && !reached.isBeyond(before)) {
      // What came before the failure comes again; what failed may be next.
      return;
    }
    furthest = reached;
    metrics.cameThrough();
    acceptance.drop();
    repeated.end();
    failures = 0;
    looks = 0;
    stalls = 0;
    notTaken = null;
    status.becomeFrom(PREFLIGHT, STREAMING, "captures and publishes");
  }

  @Override
  public void broken(RuntimeException why) {
    if (why instanceof StoppedException) {
      // The reason is shown as soon as the capture has ended.
      status.becomeFrom(STREAMING, BACKING_OFF, String.valueOf(why.getMessage()));
      return;
    }
    for (var state : Set.of(STREAMING, PREFLIGHT)) {
      status.becomeFrom(state, BACKING_OFF, String.valueOf(why.getMessage()));
    }
  }

  private void failed(Throwable failure) {
    if (closing || paused) {
      return;
    }
    try {
      var stop = Failures.stop(failure, name);
      if (stop.isPresent()) {
        stop.flatMap(Supervisor::topicless).ifPresent(message -> notTaken = message);
        stop(stop.get());
      } else if (status().state() == STOPPED) {
        log.warn("Pipeline {} is stopped and cannot be looked at: {}", name, failure.getMessage());
        status.note(String.valueOf(failure.getMessage()));
        wake.tryAcquire(STOPPED_LOOK.toMillis(), TimeUnit.MILLISECONDS);
      } else {
        var again = repeated.failed(name, failure, place(), Instant.now());
        if (again.isPresent()) {
          log.error("Pipeline {} fails again and again", name, failure);
          stop(again.get());
        } else {
          backOff(failure);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a supervisor", e);
    }
  }

  /** The message whose topic is missing or not fit: that topic is looked at before each start. */
  private static Optional<Message> topicless(Stop stop) {
    return TOPIC_REASONS.contains(stop.reason()) && stop.poison() != null
        ? Optional.ofNullable(stop.poison().message())
        : Optional.empty();
  }

  private void stop(Stop stop) throws InterruptedException {
    acceptance.keepFor(stop.reason());
    // Its place may not be of this log.
    furthest = null;
    wake.drainPermits();
    status.stop(stop);
    awaitMended(stop);
  }

  /** Up to where it has come, for people. */
  private String place() {
    var reached = furthest;
    return reached != null
        ? "with all published up to " + reached.confirmable()
        : slot()
            .map(slot -> "where the slot stands, at " + slot.confirmed())
            .orElse("before the slot was read");
  }

  private void awaitMended(Stop stop) throws InterruptedException {
    if (stop.reason().mendsItself()) {
      // Mostly soon, when a service is still making what its relay waits for.
      var wait = Backoff.after(++looks, 0);
      wake.tryAcquire(Math.min(wait.toMillis(), STOPPED_LOOK.toMillis()), TimeUnit.MILLISECONDS);
      return;
    }
    var watch = new HolderWatch(parts.silenceMax(), OptionalLong::empty);
    while (!closing && !wake.tryAcquire(STOPPED_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
      if (isOutOfTheWay(stop, watch)) {
        break;
      }
    }
    if (!closing) {
      status.become(PREFLIGHT, "resumed");
    }
  }

  /** By way of another relay, which may move the slot by now. */
  private boolean isOutOfTheWay(Stop stop, HolderWatch watch) {
    try {
      var poison = stop.poison();
      if (poison != null && parts.quarantine().has(poison.messageId(), poison.message() == null)) {
        return true;
      }
    } catch (RuntimeException notNow) {
      log.debug("Pipeline {} cannot look whether it may go on", name, notNow);
    }
    return lookAtSlot().filter(slot -> slot.holder() != 0 && watch.sees(slot)).isPresent();
  }

  /** Empty also if the database does not answer. */
  private Optional<Slot> lookAtSlot() {
    try {
      return parts.database().lookAtSlot();
    } catch (RuntimeException notNow) {
      log.debug("Pipeline {} cannot look at its slot", name, notNow);
      return Optional.empty();
    }
  }

  private void backOff(Throwable failure) throws InterruptedException {
    metrics.restarting();
    if (failure instanceof PublishException publish) {
      notTaken = publish.notTaken().orElse(null);
    }
    stalls = failure instanceof StalledException ? stalls + 1 : stalls;
    failures = status().wasStreamingFor(Backoff.MAX) ? 1 : failures + 1;
    var wait = Backoff.after(failures, ThreadLocalRandom.current().nextDouble());
    report(failure, wait);
    if (status().state() != BACKING_OFF) {
      status.become(BACKING_OFF, String.valueOf(failure.getMessage()));
    }
    wake.drainPermits();
    wake.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
    if (!closing) {
      status.become(PREFLIGHT, "starting again after: " + failure.getMessage());
    }
  }

  private void report(Throwable failure, Duration wait) {
    log.warn(
        "Pipeline {} failed ({} in a row), starts again in {} ms: {}",
        name,
        failures,
        wait.toMillis(),
        failure.getMessage(),
        Failures.isForeseen(failure) ? null : failure);
  }

  private void join() {
    try {
      if (thread.isAlive() && !thread.join(END_MAX)) {
        log.warn("Pipeline {} does not end within {}", name, END_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
