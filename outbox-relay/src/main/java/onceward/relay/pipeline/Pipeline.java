package onceward.relay.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import onceward.relay.move.Moves;
import onceward.relay.position.Key;
import onceward.relay.position.Move;
import onceward.relay.quarantine.Quarantine;
import onceward.relay.republish.RepublishRequests;
import onceward.relay.source.DatabaseFacts.Slot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * One pipeline: from the outbox of one database, through one slot, to Kafka.
 *
 * <p>One thread owns the state. It takes an event from the mailbox, asks {@link PipelineMachine},
 * and has the effects carried out. Everything that blocks runs on threads of a {@link Generation},
 * which do nothing to the state but post events. Commands of operators are events too.
 *
 * <p>A pipeline fails alone; other pipelines of the process do not notice. Thread-safe.
 */
public final class Pipeline implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

  /** A worker that posts to a full mailbox waits: the owner is never that far behind for long. */
  private static final int MAILBOX_MAX = 1_024;

  private static final Duration POST_LOOK = Duration.ofSeconds(1);
  private static final Duration ACCEPT_MAX = Duration.ofSeconds(30);
  private static final Duration MOVE_MAX = Duration.ofSeconds(30);
  private static final Duration QUARANTINE_MAX = Duration.ofMinutes(2);
  private static final Duration CLOSE_MAX = PipelineMachine.END_MAX.plusSeconds(10);

  private final String name;
  private final PipelineParts parts;
  private final PipelineObserver observer;
  private final StartTurns turns;
  private final BlockingQueue<Letter> mailbox = new ArrayBlockingQueue<>(MAILBOX_MAX);
  private final StateOwner owner;
  private final Thread thread;
  private SlotProgress progress;
  private volatile Generation generation;
  private int generationNumber;

  /** The only pipeline of its process. */
  public Pipeline(String name, PipelineParts parts, PipelineObserver observer) {
    this(name, parts, observer, new StartTurns());
  }

  /**
   * @param observer sees what the pipeline does
   * @param turns of all pipelines of the process
   */
  public Pipeline(String name, PipelineParts parts, PipelineObserver observer, StartTurns turns) {
    this.name = name;
    this.parts = parts;
    this.observer = observer;
    this.turns = turns;
    this.owner = new StateOwner(new PipelineMachine(name, parts.silenceMax()), now(), name);
    this.generationNumber = owner.state().generation();
    this.progress = newProgress();
    this.generation = newGeneration(generationNumber);
    this.thread = Thread.ofPlatform().name("pipeline-" + name).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  public String name() {
    return name;
  }

  /** How the pipeline stands. */
  public Status status() {
    return owner.state().status();
  }

  /** The last transitions, oldest first; at most 50. */
  public List<Transition> history() {
    return owner.state().history();
  }

  /** The database server that the pipeline connects to, as {@code host:port}. */
  public String server() {
    return parts.database().server().toString();
  }

  /** What an operator has to mend although messages flow, a sentence each. */
  public List<String> warnings() {
    return owner.state().warnings();
  }

  /** How often the pipeline has failed since anything came through for the first time. */
  public int failures() {
    return owner.state().trouble().failures();
  }

  /** How many messages are being published. */
  public int inFlight() {
    return generation.inFlight();
  }

  /** The slot as it was when last looked at; empty if there was none, or no answer. */
  public Optional<Slot> slot() {
    return parts.database().lastSeenSlot();
  }

  // ---- commands

  /** Ends the pipeline in this process until it is resumed. Another relay may go on with it. */
  public void pause(Operator by) {
    post(Letter.of(new Event.Pause(by)));
  }

  /** Has a pipeline go on that is paused or stopped; or start at once if it backs off. */
  public void resume(Operator by) {
    post(Letter.of(new Event.Resume(by)));
  }

  /**
   * Has a stopped pipeline go on where its slot stands, whatever was between.
   *
   * @return whether the pipeline is stopped for a reason that can be accepted
   */
  public boolean accept(Operator by) throws InterruptedException {
    var answer = new CompletableFuture<Boolean>();
    post(Letter.of(new Event.Accept(by, answer)));
    return await(answer, ACCEPT_MAX);
  }

  /**
   * Has the pipeline leave its database for a copy in another cluster, once everything is published
   * and no row can be appended.
   *
   * @return whether the request is written down; false if the pipeline does not stream
   */
  public boolean move(Move move, Operator by) throws InterruptedException {
    var answer = new CompletableFuture<Boolean>();
    post(Letter.of(new Event.Move(move, by, answer)));
    return await(answer, MOVE_MAX);
  }

  /**
   * Has the pipeline stay in its database, also if it has left already.
   *
   * @return false if the pipeline neither streams nor has left
   */
  public boolean stay(Operator by) throws InterruptedException {
    var answer = new CompletableFuture<Boolean>();
    post(Letter.of(new Event.Move(null, by, answer)));
    return await(answer, MOVE_MAX);
  }

  /** How the move to another cluster stands. */
  public Moves moves() {
    return parts.moves();
  }

  /**
   * Sets the message aside at which the pipeline is stopped, and has the pipeline go on.
   *
   * @return whether the pipeline is stopped at that message
   * @throws onceward.relay.publish.KafkaAwayException if Kafka does not take the dead letter;
   *     nothing has changed
   * @throws onceward.relay.source.DatabaseException if the database does not answer; there may be a
   *     dead letter
   * @throws onceward.relay.quarantine.QuarantineFullException if too many keys are parked; nothing
   *     has changed
   */
  public boolean quarantine(UUID messageId, Operator by) throws InterruptedException {
    var answer = new CompletableFuture<Boolean>();
    post(Letter.of(new Event.Quarantine(messageId, by, answer)));
    return await(answer, QUARANTINE_MAX);
  }

  /**
   * What is held back, and what operators may ask for it: the relay that publishes does it with the
   * next move of its canary.
   */
  public Quarantine quarantine() {
    return parts.quarantine();
  }

  /** The requests to republish: the relay that publishes carries them out. */
  public RepublishRequests republishRequests() {
    return parts.republishRequests();
  }

  /** Returns when the batch in hand is done or given up and the pipeline has ended. */
  @Override
  public void close() {
    post(Letter.of(new Event.Close()));
    try {
      if (thread.isAlive() && !thread.join(CLOSE_MAX)) {
        log.warn("Pipeline {} does not end within {}", name, CLOSE_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean await(CompletableFuture<Boolean> answer, Duration limit)
      throws InterruptedException {
    try {
      return answer.completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  // ---- the thread that owns the state

  private void run() {
    MDC.put("pipeline", name);
    safely(() -> carryOut(owner.begin(now())));
    while (!(owner.state().activity() instanceof Activity.Over)) {
      safely(() -> take(awaitLetter()));
    }
    observer.ended();
  }

  /**
   * Without this thread nobody would look after the pipeline. A worker that was to be started and
   * was not misses its deadline.
   */
  private void safely(Turn turn) {
    try {
      turn.take();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a pipeline", e);
    } catch (RuntimeException | Error unforeseen) {
      log.error("Pipeline {}: supervision failed; goes on with the next event", name, unforeseen);
    }
  }

  private interface Turn {
    void take() throws InterruptedException;
  }

  private Letter awaitLetter() throws InterruptedException {
    var deadline = owner.deadline();
    if (deadline.isEmpty()) {
      return mailbox.take();
    }
    var letter = mailbox.poll(deadline.getAsLong() - System.nanoTime(), TimeUnit.NANOSECONDS);
    return letter == null ? Letter.of(new Event.Timer()) : letter;
  }

  private void take(Letter letter) {
    var before = owner.state();
    var effects = owner.take(letter, now());
    logChange(before, owner.state());
    carryOut(effects);
  }

  private static Moment now() {
    return new Moment(Instant.now(), System.nanoTime(), ThreadLocalRandom.current().nextDouble());
  }

  /**
   * Posts from any thread. A worker that is interrupted still says that it has ended. A letter to a
   * pipeline that has ended is dropped once the mailbox is full.
   */
  private void post(Letter letter) {
    var interrupted = false;
    var isPosted = false;
    while (!isPosted) {
      try {
        isPosted =
            mailbox.offer(letter, POST_LOOK.toMillis(), TimeUnit.MILLISECONDS)
                || owner.state().activity() instanceof Activity.Over;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Generation newGeneration(int number) {
    return new Generation(name, parts, turns, progress, event -> post(new Letter(number, event)));
  }

  private SlotProgress newProgress() {
    return new SlotProgress(parts.silenceMax(), () -> parts.preflight().lastWritten());
  }

  // ---- effects

  private void carryOut(List<Effect> effects) {
    for (var effect : effects) {
      carryOut(effect);
    }
  }

  private void carryOut(Effect effect) {
    switch (effect) {
      case Effect.Look look -> current().look(look);
      case Effect.WatchSlot _ -> current().watchSlot();
      case Effect.WriteDoubt doubt -> current().writeDoubt(doubt);
      case Effect.Stream stream -> {
        // From now on this pipeline moves the slot itself.
        progress = newProgress();
        current().stream(stream);
      }
      case Effect.WatchStop stop -> current().watchStop(stop);
      case Effect.End end -> generation.end(end);
      case Effect.Abandon _ -> generation.abandon();
      case Effect.Release _ -> generation.release();
      case Effect.Republish _ -> generation.republish();
      case Effect.PublishDeadLetter letter ->
          attend(
              letter.asked(),
              () -> {
                var poison = letter.poison();
                if (poison.message() != null) {
                  parts.quarantine().requireRoom(Key.of(poison.message()));
                  parts
                      .deadLetters()
                      .publish(poison.message(), poison.why(), letter.asked().by().name());
                }
                return new Event.DeadLettered(letter.asked(), poison);
              });
      case Effect.AddToQuarantine add ->
          attend(
              add.asked(),
              () -> {
                parts.quarantine().add(add.poison(), add.asked().by().name());
                log.warn(
                    "Pipeline {}: {} quarantined message {}",
                    name,
                    add.asked().by().name(),
                    add.asked().messageId());
                return new Event.Quarantined(add.asked());
              });
      case Effect.AnswerQuarantine answer -> answer.asked().answer().complete(answer.done());
      case Effect.Move move -> generation.move(move);
      case Effect.AnswerMove answer -> answer.asked().answer().complete(answer.done());
      case Effect.AnswerAccept answer -> answer.asked().answer().complete(answer.done());
      case Effect.CountPublished published -> count(published);
      case Effect.CountRepublished republished -> observer.republished(republished.count());
      case Effect.ShowBeat beat -> observer.canaryMoved(beat.beat());
      case Effect.ReportFailure failure -> report(failure);
      case Effect.ReportRepeated failure ->
          log.error("Pipeline {} fails again and again", name, failure.cause());
      case Effect.ReportNoLook failure ->
          log.warn(
              "Pipeline {} is stopped and cannot look again: {}",
              name,
              failure.cause().getMessage());
    }
  }

  /** The workers of the present generation; those of the last one have ended, or are let go. */
  private Generation current() {
    var number = owner.state().generation();
    if (number != generationNumber) {
      generationNumber = number;
      generation = newGeneration(number);
      observer.ended();
    }
    return generation;
  }

  private void attend(Event.Quarantine asked, Attendance attendance) {
    Thread.ofVirtual()
        .name("quarantine-" + name)
        .start(() -> {
          MDC.put("pipeline", name);
          try {
            post(Letter.of(attendance.attend()));
          } catch (InterruptedException | RuntimeException failure) {
            asked.answer().completeExceptionally(failure);
          }
        });
  }

  private interface Attendance {
    Event attend() throws InterruptedException;
  }

  private void count(Effect.CountPublished published) {
    observer.published(published.count(), published.commitToAck());
    if (published.isProgress()) {
      observer.cameThrough(Instant.now());
    }
  }

  private void report(Effect.ReportFailure failure) {
    observer.restarts();
    log.warn(
        "Pipeline {} failed ({} in a row), starts again in {} ms: {}",
        name,
        failure.inARow(),
        failure.pause().toMillis(),
        failure.cause().getMessage(),
        Failures.isForeseen(failure.cause()) ? null : failure.cause());
  }

  private void logChange(State before, State after) {
    var known = before.history().isEmpty() ? null : before.history().getLast();
    var fresh = fresh(after.history(), known);
    for (var transition : fresh) {
      log.atLevel(level(transition))
          .log(
              "Pipeline {}: {} -> {}, {}{}",
              name,
              transition.from(),
              transition.to(),
              transition.equals(after.history().getLast())
                  ? after.status().reason()
                  : transition.cause(),
              transition.by() == null ? "" : "; by " + transition.by());
    }
    if (fresh.isEmpty() && !before.status().reason().equals(after.status().reason())) {
      log.info("Pipeline {}: {}, {}", name, after.phase(), after.status().reason());
    }
    logWarnings(before.warnings(), after.warnings());
  }

  private void logWarnings(List<String> before, List<String> after) {
    after.stream()
        .filter(warning -> !before.contains(warning))
        .forEach(warning -> log.warn("Pipeline {}: {}", name, warning));
    if (after.isEmpty() && !before.isEmpty()) {
      log.info("Pipeline {} warns of no other primary any more", name);
    }
  }

  private static List<Transition> fresh(List<Transition> history, @Nullable Transition known) {
    var from = history.size();
    while (from > 0 && !history.get(from - 1).equals(known)) {
      from--;
    }
    return history.subList(from, history.size());
  }

  // A failure and the next attempt have a line of their own.
  private static Level level(Transition transition) {
    return switch (transition.to()) {
      case STOPPED -> Level.WARN;
      case STREAMING, STANDBY -> Level.INFO;
      case PREFLIGHT, BACKING_OFF -> Level.DEBUG;
    };
  }
}
