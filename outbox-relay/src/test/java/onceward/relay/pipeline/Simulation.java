package onceward.relay.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import onceward.messaging.Message;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.move.Moving;
import onceward.relay.position.Departure;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.position.Premises;
import onceward.relay.position.TopicIdentity;
import onceward.relay.publish.Publisher;
import onceward.relay.quarantine.Parking;
import onceward.relay.republish.Republishing;
import onceward.relay.source.Beat;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;

/**
 * One run of one or two relays against a model of slot, Kafka and time, on one thread. The machine,
 * the fence and the stream are the real ones; their workers, ports and clock are models. A seed
 * decides everything: which fault comes when, how late an event arrives, twice or not at all, and
 * before which effect a process is killed.
 */
final class Simulation {

  private static final Operator OPERATOR = new Operator("ada", "operator", "127.0.0.1");

  /** What is taken away, to see that the comparison notices. */
  enum Sabotage {
    NONE,
    /** Events of workers that were let go are heard. */
    NO_FENCE,
    /** A batch counts as published before Kafka has it. */
    EARLY_CHECKPOINT,
    /** A batch that Kafka did not take counts as published. */
    SWALLOWED_FAILURE,
    /** What is captured is published before what an operator requested. */
    HASTY_STREAM,
    /** A requested message counts as published before Kafka has it. */
    EARLY_NOTE,
    /** What cannot be written down counts as written down. */
    FORGOTTEN_DOUBT
  }

  private static final long MS = 1_000_000;
  private static final long S = 1_000 * MS;

  /** Faults come until then. */
  private static final long TROUBLED = 90 * S;

  /** The promise of recovery. */
  private static final long RECOVERED = 30 * S;

  /** Deadlines of the machine stand in for events that were lost. */
  private static final long RECOVERED_WITHOUT_EVENTS = 400 * S;

  /** The promise of visibility, and the time that a late event takes here. */
  private static final long VISIBLE = 33 * S;

  private static final Duration SILENCE = Duration.ofSeconds(20);
  private static final Stop CUT = new Stop(StopReason.TOPIC_CUT, "Kafka lost records", "look");
  private static final Stop BYPASSED =
      new Stop(StopReason.OUTBOX_BYPASSED, "rows went elsewhere", "look");
  private static final Stop IN_DOUBT =
      new Stop(StopReason.OUTBOX_CHANGED, "rows may be missing", "accept");
  private static final int BATCH_MAX = 8;
  private static final int CHUNK_MAX = 3;

  private final Random random;
  private final Sabotage sabotage;
  private final boolean isExactlyOnce;
  private final boolean losesEvents;
  private final boolean freezes;
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();

  /** What an operator requested to be published again, by its place in the log. */
  private final TreeMap<Integer, Message> requested = new TreeMap<>();

  private final List<Relay> processes = new ArrayList<>();
  private final SimulatedDatabase database;
  private final SimulatedKafka kafka;
  private final @Nullable StringBuilder trace;
  private long now;
  private long order;
  private int tasksTaken;
  private @Nullable String broken;
  private int sessions;

  /** Behind which the server sends nothing before it has read for some time. */
  private int gapFrom = Integer.MAX_VALUE;

  private long gap;

  Simulation(long seed, Sabotage sabotage, boolean isTraced) {
    // The first bits of a Random are nearly the same for all small seeds.
    this.random = new Random(new SplittableRandom(seed).nextLong());
    this.sabotage = sabotage;
    this.trace = isTraced ? new StringBuilder() : null;
    this.isExactlyOnce = random.nextBoolean();
    this.losesEvents = random.nextInt(4) == 0;
    this.freezes = random.nextInt(3) == 0;
    this.database = new SimulatedDatabase(random);
    this.kafka = new SimulatedKafka(isExactlyOnce);
  }

  /** What the seed has chosen, of what divides runs into kinds. */
  String kind() {
    return "exactly once %s, loses events %s, freezes %s"
        .formatted(isExactlyOnce, losesEvents, freezes);
  }

  /** What was broken; empty if every promise held. */
  Optional<String> run() {
    var two = random.nextInt(3) == 0;
    for (int id = 1; id <= (two ? 2 : 1); id++) {
      var process = new Relay();
      processes.add(process);
      at(0, process::start);
    }
    at(0, this::append);
    at(S, this::trouble);
    at(S, this::look);
    runUntil(TROUBLED);
    heal();
    runUntil(TROUBLED + (losesEvents ? RECOVERED_WITHOUT_EVENTS : RECOVERED));
    if (broken == null && oldestUnpublished() < now - 5 * S) {
      breaks("I10: not published %d s after the last fault".formatted((now - TROUBLED) / S));
    }
    if (broken == null
        && processes.stream().noneMatch(one -> one.owner.state().status().isStreaming())) {
      breaks("I10: no pipeline streams after the last fault");
    }
    if (broken == null && !requested.isEmpty()) {
      breaks("what was requested is not published after the last fault");
    }
    return Optional.ofNullable(broken);
  }

  /**
   * One relay, and log without anything for it, which the server reads anew at each start before it
   * sends what is behind.
   *
   * @param reading how long the server reads it
   * @return what was broken; empty if every promise held
   */
  Optional<String> runWithGap(Duration reading) {
    var process = new Relay();
    processes.add(process);
    at(0, process::start);
    at(0, this::append);
    runUntil(10 * S);
    process.kill();
    gapFrom = database.committed().size();
    gap = reading.toNanos();
    runUntil(RECOVERED_WITHOUT_EVENTS + 3 * gap);
    if (broken == null && oldestUnpublished() < now - 5 * S) {
      breaks("I10: nothing behind the gap is published");
    }
    return Optional.ofNullable(broken);
  }

  String trace() {
    return trace == null ? "" : trace.toString();
  }

  // ---- time

  private record Task(long due, long order, Runnable work) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      return due != other.due ? Long.compare(due, other.due) : Long.compare(order, other.order);
    }
  }

  private void at(long delay, Runnable work) {
    tasks.add(new Task(now + delay, order++, work));
  }

  private void runUntil(long end) {
    while (broken == null && !tasks.isEmpty() && tasks.peek().due() <= end) {
      var next = tasks.remove();
      now = Math.max(now, next.due());
      if (++tasksTaken > 2_000_000) {
        breaks("it never comes to rest");
        return;
      }
      next.work().run();
    }
    now = Math.max(now, end);
  }

  private Moment moment() {
    return new Moment(Instant.EPOCH.plusNanos(now), now, random.nextDouble());
  }

  private long upTo(long nanos) {
    return (long) (random.nextDouble() * nanos);
  }

  private boolean chance(double part) {
    return random.nextDouble() < part;
  }

  private void breaks(String what) {
    if (broken == null) {
      broken = what + " (at " + now / MS + " ms)";
      note(broken);
    }
  }

  private void note(String what) {
    if (trace != null) {
      trace.append(now / MS).append(' ').append(what).append('\n');
    }
  }

  // ---- what goes on outside

  private void append() {
    database.append(now);
    if (now < TROUBLED + RECOVERED - 10 * S || losesEvents) {
      at(upTo(600 * MS), this::append);
    }
  }

  private void trouble() {
    if (now >= TROUBLED) {
      return;
    }
    var process = processes.get(random.nextInt(processes.size()));
    switch (random.nextInt(freezes ? 15 : 14)) {
      case 0 -> process.kill();
      case 1 -> kafka.isAway = true;
      case 2 -> kafka.isAway = false;
      case 3 -> database.isAway = true;
      case 4 -> database.isAway = false;
      case 5 -> database.isSilent = !database.isSilent && chance(0.5);
      case 6 -> kafka.lacksTopic = !kafka.lacksTopic && chance(0.3);
      case 7 -> process.hear(Letter.of(new Event.Pause(OPERATOR)));
      case 8 -> process.hear(Letter.of(new Event.Resume(OPERATOR)));
      case 9 -> loseSlot();
      case 10 -> requestWhatIsThere();
      case 11 -> process.workers.isCut = true;
      case 12 -> process.workers.post(new Event.Changed(new StoppedException(BYPASSED)));
      case 13 -> process.hear(Letter.of(new Event.Accept(OPERATOR, new CompletableFuture<>())));
      default -> process.freeze();
    }
    note("trouble: kafka away " + kafka.isAway + ", database away " + database.isAway);
    at(upTo(6 * S), this::trouble);
  }

  /** An operator makes the slot anew, and requests what it passed over before any relay starts. */
  private void loseSlot() {
    if (database.holder != 0 || database.isAway) {
      return;
    }
    database.makeSlotAnew(now);
    kafka.forgetPosition();
    for (int index = kafka.firstMissing(database); index < database.committed().size(); index++) {
      var message = database.committed().get(index).message();
      if (message != null && !kafka.has(message)) {
        requested.put(index, message);
      }
    }
    note("the slot is made anew, %d messages are requested".formatted(requested.size()));
  }

  /** An operator requests what the topic has, while the stream goes on. */
  private void requestWhatIsThere() {
    var there = kafka.firstMissing(database);
    for (int index = Math.max(0, there - 2 * CHUNK_MAX); index < there; index++) {
      var message = database.committed().get(index).message();
      if (message != null) {
        requested.put(index, message);
      }
    }
  }

  private void heal() {
    note("healed");
    kafka.isAway = false;
    kafka.lacksTopic = false;
    database.isAway = false;
    database.isSilent = false;
    for (var process : processes) {
      process.hear(Letter.of(new Event.Resume(OPERATOR)));
    }
    // An operator who resumes while the pipeline is still being paused.
    at(2 * S, () -> processes.forEach(one -> one.hear(Letter.of(new Event.Resume(OPERATOR)))));
    at(S, this::accept);
  }

  /** An operator accepts what may be missing, again and again. */
  private void accept() {
    processes.forEach(
        one -> one.hear(Letter.of(new Event.Accept(OPERATOR, new CompletableFuture<>()))));
    at(S, this::accept);
  }

  private static Premises withoutDoubt(Premises premises) {
    return new Premises(
        premises.publication(),
        premises.outbox(),
        premises.marks(),
        premises.topics(),
        null,
        premises.boundedFrom());
  }

  /** A doubt is in Kafka: every relay will come upon it there. */
  private void doubtIsWritten(Position position) {
    if (position.premises().doubt() != null) {
      processes.forEach(one -> one.owesDoubt = false);
    }
  }

  /** I11: who says that messages flow, is right. */
  private void look() {
    // Nothing has come through since all of that.
    var since =
        processes.stream()
            .map(one -> one.owner.state().status().since())
            .mapToLong(time -> Duration.between(Instant.EPOCH, time).toNanos())
            .reduce(Math.max(oldestUnpublished(), kafka.grownAt), Math::max);
    var age = now - since;
    var isLate = age > (processes.size() == 1 ? VISIBLE : 3 * VISIBLE);
    var all = processes.stream().allMatch(one -> !one.isDead && now >= one.frozenUntil + VISIBLE);
    if (isLate && all && processes.stream().allMatch(one -> one.owner.state().status().isReady())) {
      breaks("I11: ready, though nothing has come through for " + age / S + " s");
    }
    at(S, this::look);
  }

  /** Changes commit in order, so the first that is missing is the oldest. */
  private long oldestUnpublished() {
    var missing = kafka.firstMissing(database);
    return missing < database.committed().size()
        ? database.committed().get(missing).committedAt()
        : now;
  }

  private static RuntimeException away(String what) {
    return new Away(what);
  }

  /** What time mends. Without a stack trace, which costs more than all else here. */
  private static final class Away extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    Away(String what) {
      super(new IOException(what));
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  /** The process is no more: whatever ran in it ends without a word. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  // ---- one relay

  private final class Relay {

    private final List<Integer> sessionsOfLife = new ArrayList<>();
    private StateOwner owner = newOwner();
    private Workers workers = new Workers(this, 0);
    private boolean isDead = true;
    private long frozenUntil;
    private int life;

    /** It knows that rows may be missing, and Kafka does not. A process that dies forgets it. */
    private boolean owesDoubt;

    private StateOwner newOwner() {
      return new StateOwner(new PipelineMachine("shop", SILENCE), moment(), "shop");
    }

    void start() {
      isDead = false;
      life++;
      owner = newOwner();
      workers = new Workers(this, owner.state().generation());
      carryOut(owner.begin(moment()));
    }

    void kill() {
      if (isDead) {
        return;
      }
      note("kill");
      isDead = true;
      owesDoubt = false;
      var lost = List.copyOf(sessionsOfLife);
      sessionsOfLife.clear();
      // The server notices soon.
      at(upTo(5 * S), () -> lost.forEach(database::endSession));
      at(upTo(5 * S), this::start);
    }

    /** As by SIGSTOP; the server may give the slot to somebody else meanwhile. */
    void freeze() {
      frozenUntil = Math.min(now + upTo(45 * S), TROUBLED);
      note("frozen until " + frozenUntil / MS);
      if (chance(0.5)) {
        var frozen = workers;
        at(upTo(10 * S), () -> database.endSession(frozen.session));
      }
    }

    void hear(Letter letter) {
      if (isDead) {
        return;
      }
      if (now < frozenUntil) {
        var lives = life;
        at(
            frozenUntil - now,
            () -> {
              // A mailbox dies with its process.
              if (lives == life) {
                hear(letter);
              }
            });
        return;
      }
      var before = owner.state().phase();
      var heard =
          sabotage == Sabotage.NO_FENCE
              ? new Letter(owner.state().generation(), letter.event())
              : letter;
      if (heard.isCurrent(owner.state()) && tellsOfDoubt(heard.event())) {
        owesDoubt = true;
      }
      var effects = owner.take(heard, moment());
      if (trace != null) {
        note(
            "%s -> %s, %s of %d, %s"
                .formatted(
                    before,
                    owner.state().phase(),
                    letter.event().getClass().getSimpleName(),
                    letter.generation(),
                    owner.state().activity()));
      }
      carryOut(effects);
    }

    /** While the stream writes one doubt down, a second one adds nothing. */
    private boolean tellsOfDoubt(Event event) {
      return switch (event) {
        case Event.Ended(StoppedException stopped) -> stopped.stop().reason().passesOver();
        case Event.Changed _ ->
            owner.state().activity() instanceof Activity.Streaming
                || (owner.state().activity() instanceof Activity.Ending ending
                    && ending.doubt() == Activity.Doubt.NONE);
        default -> false;
      };
    }

    private void carryOut(List<Effect> effects) {
      for (var effect : effects) {
        switch (effect) {
          case Effect.Look _ -> current().look();
          case Effect.WatchSlot _ -> current().watchSlot(now + 10 * S, false);
          case Effect.WriteDoubt doubt -> current().writeDoubt(doubt.cause());
          case Effect.Stream stream -> {
            if (owesDoubt) {
              breaks("I1: streams on, and nowhere is written that rows may be missing");
            }
            current().open(stream);
          }
          case Effect.End end -> workers.end(end);
          case Effect.Abandon _ -> workers.isOver = true;
          case Effect.Release _ -> workers.release();
          case Effect.Republish _ -> workers.republish();
          case Effect.AnswerAccept answer -> answer.asked().answer().complete(answer.done());
          default -> {}
        }
      }
      var present = life;
      owner
          .deadline()
          .ifPresent(deadline ->
              at(
                  Math.max(0, deadline - now),
                  () -> {
                    if (present == life && owner.deadline().orElse(0) == deadline) {
                      hear(Letter.of(new Event.Timer()));
                    }
                  }));
    }

    private Workers current() {
      if (workers.generation != owner.state().generation()) {
        workers = new Workers(this, owner.state().generation());
      }
      return workers;
    }
  }

  // ---- its workers, of one generation

  private final class Workers {

    private final Relay process;
    private final int generation;
    private final int session = ++sessions;
    private final int life;
    private boolean isOver;
    private boolean isInterrupted;
    private boolean isClosed;
    private boolean hasEnded;

    /** Kafka is to take the next record before an earlier one. */
    private boolean isCut;

    private Effect.@Nullable End endAsked;
    private @Nullable StreamWorker stream;

    Workers(Relay process, int generation) {
      this.process = process;
      this.generation = generation;
      this.life = process.life;
      process.sessionsOfLife.add(session);
    }

    /** All workers of a process die with it. */
    private boolean isKilled() {
      return process.isDead || process.life != life;
    }

    void post(Event event) {
      if (isKilled()) {
        return;
      }
      if (losesEvents && now < TROUBLED && chance(0.01)) {
        note("lost: " + event.getClass().getSimpleName());
        return;
      }
      var letter = new Letter(generation, event);
      var delay = chance(0.03) ? upTo(3 * S) : upTo(5 * MS);
      at(delay, () -> hear(letter));
      if (chance(0.02)) {
        at(delay + upTo(10 * S), () -> hear(letter));
      }
    }

    private void hear(Letter letter) {
      if (!isKilled()) {
        process.hear(letter);
      }
    }

    /** Time passes, in which others work, and this process may be killed or frozen. */
    private void pass(long nanos) {
      runUntil(now + nanos);
      while (now < process.frozenUntil && !isKilled() && broken == null) {
        runUntil(process.frozenUntil);
      }
      if (isKilled() || broken != null) {
        throw new Killed();
      }
    }

    /** A call that is answered, or fails because the other side is away. */
    private void call(Supplier<Boolean> isAway, long limit, String what)
        throws InterruptedException {
      pass(upTo(8 * MS));
      var end = now + limit;
      while (isAway.get()) {
        if (isInterrupted) {
          throw new InterruptedException(what);
        }
        if (now >= end) {
          throw away(what);
        }
        pass(500 * MS);
      }
      if (isClosed) {
        throw away("closed: " + what);
      }
    }

    private void work(Step step) {
      try {
        step.take();
      } catch (Killed killed) {
        database.endSession(session);
      } catch (InterruptedException | RuntimeException failure) {
        ended(failure);
      }
    }

    private interface Step {
      void take() throws InterruptedException;
    }

    private void ended(@Nullable Throwable failure) {
      if (!hasEnded) {
        hasEnded = true;
        isOver = true;
        database.endSession(session);
        post(new Event.Ended(failure));
      }
    }

    void look() {
      at(
          upTo(50 * MS),
          () ->
              work(() -> {
                call(() -> database.isAway || kafka.isAway, 5 * S, "look");
                if (kafka.lacksTopic) {
                  throw new StoppedException(
                      new Stop(StopReason.TOPIC_MISSING, "no topic", "make one"));
                }
                post(new Event.Looked(database.holder, database.confirmed()));
              }));
    }

    void watchSlot(long end, boolean hasMoved) {
      if (isKilled() || isOver) {
        return;
      }
      if (database.holder == 0 || now > end) {
        post(new Event.SlotWatched());
        return;
      }
      var moves = hasMoved || now - database.movedAt < SILENCE.toNanos();
      post(new Event.SlotHeld(database.holder, moves));
      at(250 * MS, () -> watchSlot(end, moves));
    }

    void end(Effect.End how) {
      endAsked = how;
      if (stream != null) {
        stream.end(how);
      }
      at(15 * S, () -> isInterrupted = true);
      at(
          35 * S,
          () -> {
            if (!isKilled() && !hasEnded) {
              isClosed = true;
              ended(new LeftBehindException());
            }
          });
    }

    void writeDoubt(Stop cause) {
      at(
          upTo(50 * MS),
          () ->
              work(() -> {
                call(() -> database.isAway, 5 * S, "look at the slot");
                var moves = database.holder != 0 && now - database.movedAt < SILENCE.toNanos();
                if (database.holder != 0 && !moves) {
                  throw away("the slot is held");
                }
                if (sabotage == Sabotage.FORGOTTEN_DOUBT) {
                  post(new Event.DoubtWritten());
                  return;
                }
                if (moves) {
                  process.owesDoubt = false;
                } else {
                  call(() -> kafka.isAway, 10 * S, "open");
                  var publisher = new ModelPublisher(kafka.open());
                  var read = kafka.position(database);
                  var next = read.under(read.premises().doubting(cause.sentence()));
                  publisher.publish(List.of(), next);
                  publisher.checkpoint(next);
                }
                post(new Event.DoubtWritten());
              }));
    }

    void release() {
      if (stream != null) {
        stream.release();
      }
    }

    void republish() {
      if (stream != null) {
        stream.republish();
      }
    }

    void open(Effect.Stream effect) {
      at(
          upTo(100 * MS),
          () ->
              work(() -> {
                call(() -> kafka.isAway, 10 * S, "open");
                var publisher = new ModelPublisher(kafka.open());
                call(() -> kafka.isAway || database.isAway, 10 * S, "position");
                var start = kafka.position(database);
                if (start.premises().doubt() != null) {
                  if (effect.accepted() != IN_DOUBT.reason()) {
                    throw new StoppedException(IN_DOUBT);
                  }
                  start = start.under(withoutDoubt(start.premises()));
                }
                var capture = new ModelCapture(start);
                var flow =
                    new StreamWorker(
                        capture,
                        publisher,
                        new Flowing(publisher),
                        start,
                        Duration.ofMillis(100),
                        new Silence(effect.firstSilence(), SILENCE, () -> now),
                        () -> now,
                        this::post);
                stream = flow;
                if (endAsked != null) {
                  flow.end(endAsked);
                }
                post(new Event.Opened(start));
                beat();
                at(0, () -> takeStep(flow));
              }));
    }

    private void takeStep(StreamWorker flow) {
      work(() -> {
        if (flow.step()) {
          at(0, () -> takeStep(flow));
        } else {
          pass(upTo(200 * MS));
          ended(null);
        }
      });
    }

    private void beat() {
      if (isKilled() || isOver) {
        return;
      }
      if (now >= process.frozenUntil) {
        if (database.isAway) {
          post(new Event.CanaryStuck("away"));
        } else {
          database.beat(now);
          post(new Event.CanaryMoved(new Beat(0, false, !requested.isEmpty(), List.of())));
        }
      }
      at(5 * S, this::beat);
    }

    /** Nothing is parked here, and every topic is fit. */
    private final class Flowing implements StreamWorker.Outside {

      private final ModelPublisher publisher;

      Flowing(ModelPublisher publisher) {
        this.publisher = publisher;
      }

      @Override
      public void holdsSlot(Position start) {}

      @Override
      public Position release(Position reached, Parking.Pace pace) {
        return reached;
      }

      @Override
      public void republish(Position reached, Republishing.Pace pace) throws InterruptedException {
        if (sabotage == Sabotage.HASTY_STREAM) {
          return;
        }
        while (!requested.isEmpty() && pace.goesOn()) {
          call(() -> database.isAway, 5 * S, "read what is requested");
          var chunk = new TreeMap<Integer, Message>();
          requested.entrySet().stream()
              .limit(CHUNK_MAX)
              .forEach(one -> chunk.put(one.getKey(), one.getValue()));
          if (sabotage == Sabotage.EARLY_NOTE) {
            requested.keySet().removeAll(chunk.keySet());
          }
          publisher.publishAgain(List.copyOf(chunk.values()));
          publisher.checkpoint(reached);
          call(() -> database.isAway, 5 * S, "note what is published");
          if (!database.isHeldBy(session)) {
            throw away("the slot is lost");
          }
          requested.keySet().removeAll(chunk.keySet());
          pace.republished(chunk.size());
        }
      }

      @Override
      public Optional<Departure> departure(Position reached, Moving.Progress progress) {
        return Optional.empty();
      }

      @Override
      public void refuseMoved(Position left) {
        throw new IllegalStateException("nobody moves here");
      }

      @Override
      public List<Message> pass(List<Message> messages) {
        return messages;
      }

      @Override
      public Position withParkedKeys(Position reached) {
        return reached;
      }

      @Override
      public void admit(List<Message> messages) {}

      @Override
      public Map<String, TopicIdentity> topics() {
        return Map.of();
      }
    }

    /** Sends what the slot sends, behind a position. */
    private final class ModelCapture implements Capture {

      private final Position from;
      private boolean isStarted;
      private long startedAt;
      private int next;
      private int published = -1;
      private @Nullable Lsn lastCommit;
      private @Nullable LogPlace behind;

      ModelCapture(Position from) {
        this.from = from;
        this.behind = from.place();
      }

      @Override
      public Optional<CapturedBatch> next(Duration timeout) throws InterruptedException {
        if (!isStarted) {
          call(() -> database.isAway, 5 * S, "capture");
          if (!database.acquire(session)) {
            throw away("the slot is held");
          }
          isStarted = true;
          startedAt = now;
          next = database.firstBehindSlot();
          published = from.place() == null ? -1 : database.indexOf(from.place());
        }
        if (!database.isHeldBy(session)) {
          throw away("the session was ended");
        }
        if (chance(0.001) && now < TROUBLED) {
          throw away("the connection broke");
        }
        if (database.isSilent || database.isAway || next >= readTo()) {
          pass(Math.max(MS, timeout.toNanos()));
          return Optional.empty();
        }
        pass(upTo(5 * MS));
        return Optional.of(batch());
      }

      private int readTo() {
        var all = database.committed().size();
        return now - startedAt < gap ? Math.min(all, gapFrom) : all;
      }

      private CapturedBatch batch() {
        var messages = new ArrayList<Message>();
        var beat = 0L;
        var end = Math.min(readTo(), next + 1 + random.nextInt(BATCH_MAX));
        var place = Optional.<LogPlace>empty();
        for (; next < end; next++) {
          var change = database.committed().get(next);
          if (next > 0
              && database.committed().get(next - 1).transaction() != change.transaction()
              && place.isPresent()) {
            lastCommit = new Lsn(database.committed().get(next - 1).commit());
          }
          place = Optional.of(change.place(lastCommit));
          if (change.message() == null) {
            beat = Math.max(beat, change.beat());
          } else if (next > published) {
            messages.add(change.message());
          }
        }
        var last = place.orElseThrow();
        if (next - 1 > published) {
          behind = last;
        }
        if (database.isLastOfTransaction(next - 1)) {
          lastCommit = new Lsn(database.committed().get(next - 1).commit());
        }
        return new CapturedBatch(
            messages,
            List.of(),
            Instant.EPOCH.plusNanos(now),
            beat,
            last.confirmable(),
            behind,
            () -> acknowledge(last.confirmable()));
      }

      private void acknowledge(Lsn confirmable) {
        pass(upTo(2 * MS));
        at(
            upTo(300 * MS),
            () -> {
              if (database.isHeldBy(session) && !database.isAway) {
                database.confirm(confirmable, now);
                if (!kafka.hasAllUpTo(database)) {
                  breaks("I1: the slot has moved past a message that Kafka does not have");
                }
              }
            });
      }

      @Override
      public OptionalInt session() {
        return OptionalInt.empty();
      }

      @Override
      public void close() {
        database.endSession(session);
      }
    }

    /** Publishes with all that can happen on the way. */
    private final class ModelPublisher implements Publisher {

      private record OnTheWay(long number, Message message) {}

      private final int epoch;

      /** What is sent and not awaited, and has not arrived. */
      private final Deque<OnTheWay> onTheWay = new ArrayDeque<>();

      /** Behind what was sent last. */
      private @Nullable Position reached;

      private long sent;
      private long acknowledged;

      ModelPublisher(int epoch) {
        this.epoch = epoch;
      }

      @Override
      public Sent send(List<Message> messages, Position behind) throws InterruptedException {
        call(() -> kafka.isAway, 5 * S, "send");
        reached = behind;
        var number = ++sent;
        messages.forEach(message -> onTheWay.add(new OnTheWay(number, message)));
        if (!isExactlyOnce) {
          // Messages arrive in their order, whether somebody waits for them or not.
          arrive(random.nextInt(onTheWay.size() + 1));
        }
        return () -> {
          if (number > acknowledged) {
            await(number);
          }
        };
      }

      private void await(long number) throws InterruptedException {
        if (sabotage == Sabotage.EARLY_CHECKPOINT) {
          at(
              upTo(500 * MS),
              () -> {
                if (!isKilled()) {
                  arrive(onTheWay.size());
                }
              });
          return;
        }
        try {
          arriveOrFail(number);
        } catch (UncheckedIOException failed) {
          if (sabotage != Sabotage.SWALLOWED_FAILURE) {
            throw failed;
          }
        }
        acknowledged = isExactlyOnce ? sent : number;
      }

      private void arriveOrFail(long number) throws InterruptedException {
        call(() -> kafka.isAway, 15 * S, "publish");
        if (isCut) {
          isCut = false;
          throw new StoppedException(CUT);
        }
        var fails = chance(0.01) && now < TROUBLED;
        if (isExactlyOnce) {
          if (kafka.isFenced(epoch)) {
            throw away("fenced");
          }
          var isLate = chance(0.5);
          if (!fails || isLate) {
            arrive(onTheWay.size());
          }
        } else {
          var all = (int) onTheWay.stream().filter(one -> one.number() <= number).count();
          var arriving = fails ? random.nextInt(onTheWay.size() + 1) : all;
          for (int i = 0; i < arriving; i++) {
            arrive(1);
            if (chance(0.1)) {
              pass(upTo(MS));
            }
          }
        }
        pass(upTo(2 * MS));
        if (fails) {
          throw away("no answer");
        }
      }

      /** The first that are on the way, with the position behind the last if that is asked for. */
      private void arrive(int count) {
        var arriving = new ArrayList<Message>();
        for (int i = 0; i < count; i++) {
          arriving.add(onTheWay.remove().message());
        }
        kafka
            .append(arriving, isExactlyOnce ? reached : null, now)
            .ifPresent(Simulation.this::breaks);
        if (isExactlyOnce && reached != null) {
          doubtIsWritten(reached);
        }
      }

      /** What was acknowledged to nobody comes again, in either mode. */
      void publishAgain(List<Message> messages) throws InterruptedException {
        call(() -> kafka.isAway, 15 * S, "republish");
        if (isExactlyOnce && kafka.isFenced(epoch)) {
          throw away("fenced");
        }
        var fails = chance(0.05) && now < TROUBLED;
        var arriving = fails ? random.nextInt(messages.size() + 1) : messages.size();
        kafka.appendAgain(messages.subList(0, arriving), now).ifPresent(Simulation.this::breaks);
        pass(upTo(2 * MS));
        if (fails) {
          throw away("no answer");
        }
      }

      @Override
      public void checkpoint(Position reached) throws InterruptedException {
        if (!isExactlyOnce) {
          call(() -> kafka.isAway, 15 * S, "checkpoint");
          kafka.writeDown(reached);
          doubtIsWritten(reached);
          if (!kafka.hasAllUpTo(database, reached)) {
            breaks("I1: the position tells of a message that Kafka does not have");
          }
          pass(upTo(2 * MS));
        }
      }

      @Override
      public void close() {}
    }
  }
}
