package onceward.relay.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import onceward.messaging.Message;
import onceward.relay.pipeline.Activity.Doubt;
import onceward.relay.pipeline.Activity.Ending;
import onceward.relay.pipeline.Activity.Looking;
import onceward.relay.pipeline.Activity.Opening;
import onceward.relay.pipeline.Activity.Over;
import onceward.relay.pipeline.Activity.Streaming;
import onceward.relay.pipeline.Activity.Then;
import onceward.relay.pipeline.Activity.Waiting;
import onceward.relay.pipeline.Activity.WatchingSlot;
import onceward.relay.pipeline.Activity.WatchingStop;
import onceward.relay.pipeline.Activity.WritingDoubt;
import onceward.relay.publish.PublishException;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;

/**
 * Decides everything that a pipeline does: state, event and moment give the next state and what is
 * to be done. Reads nothing, writes nothing, waits for nothing.
 *
 * <p>A pipeline starts again after every failure, for ever, with a wait that grows. A failure that
 * waiting cannot mend stops the pipeline until somebody does. Immutable.
 */
final class PipelineMachine {

  /** How soon a stopped pipeline notices that it may go on. */
  static final Duration STOPPED_LOOK = Duration.ofSeconds(5);

  /** Above the sum of what a look, or a start, may take before each of its steps gives up. */
  private static final Duration ANSWER_MAX = Duration.ofMinutes(2);

  /** Above what {@link Generation} grants a worker that is to end. */
  static final Duration END_MAX = Duration.ofSeconds(60);

  /** Of 20 s: up to 85 minutes for one transaction, of which the server tells nothing meanwhile. */
  private static final int DOUBLINGS_MAX = 8;

  private static final String RESUMED = "resumed";
  private static final String USUAL = "captures and publishes";
  private static final String RELEASES =
      "publishes parked messages that an operator released; captured messages wait";
  private static final String REPUBLISHES =
      "republishes what an operator requested; captured messages wait";
  private static final String READS =
      "the server reads log in which it has found nothing for this pipeline; what was committed later waits";
  private static final Set<String> WAITS = Set.of(RELEASES, REPUBLISHES, READS);

  private static final Set<StopReason> TOPIC_REASONS =
      Set.of(StopReason.TOPIC_MISSING, StopReason.TOPIC_UNFIT);

  private final String pipeline;
  private final Duration silenceMax;

  /**
   * @param silenceMax a pipeline through which nothing has come for that long has stalled
   */
  PipelineMachine(String pipeline, Duration silenceMax) {
    this.pipeline = pipeline;
    this.silenceMax = silenceMax;
  }

  /** A pipeline in its first state begins. */
  Decision begin(State first, Moment now) {
    return look(first, now);
  }

  /** When a {@link Event.Timer} is due, by {@link Moment#nanos()}; empty for never. */
  static OptionalLong deadline(State state) {
    return switch (state.activity()) {
      case Waiting waiting -> OptionalLong.of(waiting.deadline());
      case Looking looking -> OptionalLong.of(looking.deadline());
      case WatchingSlot watching -> OptionalLong.of(watching.deadline());
      case WritingDoubt writing -> OptionalLong.of(writing.deadline());
      case Opening opening -> OptionalLong.of(opening.deadline());
      case Streaming streaming -> OptionalLong.of(streaming.silentAt());
      case Ending ending -> OptionalLong.of(ending.deadline());
      case WatchingStop _, Over _ -> OptionalLong.empty();
    };
  }

  /** An event that means nothing in the present state changes nothing. */
  Decision on(State state, Event event, Moment now) {
    return switch (event) {
      case Event.Looked looked -> looked(state, looked, now);
      case Event.SlotHeld held -> slotHeld(state, held, now);
      case Event.SlotWatched _ ->
          state.activity() instanceof WatchingSlot
              ? look(state.nextGeneration(), now)
              : unchanged(state);
      case Event.DoubtWritten _ -> doubtWritten(state, now);
      case Event.Opened _ -> opened(state, now);
      // A batch that comes first says as much as the event before it, which was lost.
      case Event.Published published -> published(opened(state, now).state(), published, now);
      // As with a batch that comes first.
      case Event.Republished republished ->
          republished(opened(state, now).state(), republished, now);
      // As with a batch that comes first.
      case Event.Released _ -> released(opened(state, now).state(), now);
      // As with a batch that comes first.
      case Event.LogRead _ -> logRead(opened(state, now).state(), now);
      case Event.Moving moving -> moving(state, moving, now);
      case Event.CanaryMoved moved -> canaryMoved(state, moved);
      case Event.OthersSeen seen ->
          state.activity() instanceof Streaming
              ? Decision.of(state.warning(seen.warnings()))
              : unchanged(state);
      case Event.CanaryStuck stuck -> canaryStuck(state, stuck.why());
      case Event.Changed changed -> brokenOff(state, changed.cause(), now);
      case Event.Ended ended -> ended(state, ended.failure(), now);
      case Event.OutOfTheWay _ -> outOfTheWay(state, now);
      case Event.Timer _ -> timer(state, now);
      case Event.Pause pause -> pause(state, pause.by(), now);
      case Event.Resume resume -> resume(state, resume.by(), now);
      case Event.Accept accept -> accept(state, accept, now);
      case Event.Move asked -> move(state, asked, now);
      case Event.Quarantine asked -> quarantine(state, asked);
      case Event.DeadLettered lettered -> deadLettered(state, lettered);
      case Event.Quarantined quarantined -> quarantined(state, quarantined.asked(), now);
      case Event.Close _ -> close(state, now);
    };
  }

  // ---- looking

  private Decision look(State state, Moment now) {
    var doubt = state.memory().doubt();
    if (doubt != null) {
      return writeDoubt(state, doubt, new Then.Fail(new StoppedException(doubt)), now);
    }
    return Decision.of(
        state.doing(new Looking(now.after(ANSWER_MAX))),
        new Effect.Look(state.memory().notTaken()));
  }

  private Decision looked(State state, Event.Looked looked, Moment now) {
    if (!(state.activity() instanceof Looking)) {
      return unchanged(state);
    }
    var seen = state.seeingSlotAt(looked.slotPlace());
    if (looked.holder() != 0) {
      return Decision.of(
          seen.doing(new WatchingSlot(now.after(ANSWER_MAX))), new Effect.WatchSlot());
    }
    var accepted = seen.memory().accepted();
    return Decision.of(
        seen.doing(new Opening(accepted, now.after(ANSWER_MAX))),
        new Effect.Stream(accepted, firstSilence(seen.trouble().stalls())));
  }

  /**
   * The server may have to read much log, or decode one large transaction, before it sends anything
   * new, and a new start makes it begin anew: so each start after a stall waits twice as long.
   */
  private Duration firstSilence(int stalls) {
    return silenceMax.multipliedBy(1L << Math.min(stalls, DOUBLINGS_MAX));
  }

  private static Decision slotHeld(State state, Event.SlotHeld held, Moment now) {
    if (!(state.activity() instanceof WatchingSlot)) {
      return unchanged(state);
    }
    // By the time the slot is free again, anybody may have moved it.
    var mended =
        state
            .accepting(null)
            .becomeFrom(Phase.STOPPED, Phase.PREFLIGHT, "what was wrong is mended", now);
    if (held.moves()) {
      return Decision.of(
          mended.becomeFrom(
              Phase.PREFLIGHT, Phase.STANDBY, "session " + held.holder() + " holds the slot", now));
    }
    var why =
        "session %1$d holds the slot and is not seen to move it; if no relay is behind it, end it: select pg_terminate_backend(%1$d)"
            .formatted(held.holder());
    var waiting = mended.becomeFrom(Phase.STANDBY, Phase.PREFLIGHT, why, now);
    return Decision.of(waiting.is(Phase.PREFLIGHT) ? waiting.explaining(why) : waiting);
  }

  // ---- streaming

  private Decision opened(State state, Moment now) {
    if (!(state.activity() instanceof Opening opening)) {
      return unchanged(state);
    }
    // An operator's word that came after this start had begun is for the next one.
    var used = state.memory().accepted() == opening.taken() ? state.accepting(null) : state;
    var silence = firstSilence(state.trouble().stalls());
    return Decision.of(
        used.becomeFrom(Phase.STOPPED, Phase.PREFLIGHT, "what was wrong is mended", now)
            .becomeFrom(Phase.STANDBY, Phase.PREFLIGHT, "the slot is free", now)
            .doing(new Streaming(now.after(silence), silence, "the database does not answer")));
  }

  private Decision published(State state, Event.Published published, Moment now) {
    var furthest = state.memory().furthest();
    var isProgress =
        published.isNew()
            && (state.trouble().failures() == 0
                || furthest == null
                || published.reached().isBeyond(furthest));
    var count = new Effect.CountPublished(published.count(), published.commitToAck(), isProgress);
    var signed =
        state.activity() instanceof Streaming streaming
            ? signed(state, streaming, published.isNew() ? silenceMax : streaming.silence(), now)
            : state;
    if (!isProgress) {
      // What came before the start or the failure comes again; what failed may be next.
      return Decision.of(signed, count);
    }
    var arrived =
        signed.reaching(published.reached()).accepting(null).with(Trouble.NONE).notTaking(null);
    return Decision.of(
        // What still arrives while the pipeline ends makes no stream of it.
        state.activity() instanceof Streaming
            ? arrived
                .becomeFrom(Phase.PREFLIGHT, Phase.STREAMING, USUAL, now)
                .explainingInsteadOf(WAITS, USUAL)
            : arrived,
        count);
  }

  /** A silence begins anew. */
  private static State signed(State state, Streaming streaming, Duration silence, Moment now) {
    return state.doing(new Streaming(now.after(silence), silence, streaming.fault()));
  }

  /** Not ready meanwhile: whatever is committed now has to wait, however long that takes. */
  private static Decision logRead(State state, Moment now) {
    return state.activity() instanceof Streaming streaming
        ? Decision.of(
            explainingWait(
                signed(state, streaming, streaming.silence(), now)
                    .becomeFrom(Phase.STREAMING, Phase.PREFLIGHT, READS, now),
                READS))
        : unchanged(state);
  }

  /** Each message is noted as published, so what failed before has not come again. */
  private static Decision republished(State state, Event.Republished republished, Moment now) {
    var count = new Effect.CountRepublished(republished.count());
    if (!(state.activity() instanceof Streaming streaming)) {
      return Decision.of(state, count);
    }
    var signed = signed(state.with(Trouble.NONE), streaming, streaming.silence(), now);
    return Decision.of(explainingWait(signed, REPUBLISHES), count);
  }

  private static Decision released(State state, Moment now) {
    return state.activity() instanceof Streaming streaming
        ? Decision.of(explainingWait(signed(state, streaming, streaming.silence(), now), RELEASES))
        : unchanged(state);
  }

  /** Captured messages wait; the next batch that is published sets the usual sentence back. */
  private static State explainingWait(State state, String sentence) {
    return state.is(Phase.PREFLIGHT) || state.is(Phase.STREAMING)
        ? state.explaining(sentence)
        : state;
  }

  private static Decision moving(State state, Event.Moving moving, Moment now) {
    if (state.activity() instanceof Opening opening && moving.isProgress()) {
      var next = state.doing(new Opening(opening.taken(), now.after(ANSWER_MAX)));
      return Decision.of(next.is(Phase.PREFLIGHT) ? next.explaining(moving.sentence()) : next);
    }
    if (!(state.activity() instanceof Streaming streaming)) {
      return unchanged(state);
    }
    var signed = moving.isProgress() ? signed(state, streaming, streaming.silence(), now) : state;
    return Decision.of(signed.is(Phase.STREAMING) ? signed.explaining(moving.sentence()) : signed);
  }

  private static Decision canaryMoved(State state, Event.CanaryMoved moved) {
    if (!(state.activity() instanceof Streaming streaming)) {
      return unchanged(state);
    }
    var next =
        state.doing(
            new Streaming(
                streaming.silentAt(), streaming.silence(), fault(moved.beat().silentStandbys())));
    var effects = new ArrayList<Effect>();
    effects.add(new Effect.ShowBeat(moved.beat()));
    if (moved.beat().releaseAsked()) {
      effects.add(new Effect.Release());
    }
    if (moved.beat().republishAsked()) {
      effects.add(new Effect.Republish());
    }
    return new Decision(next, List.copyOf(effects));
  }

  /** Why nothing comes through although the canary moves, if nothing does. */
  private static String fault(List<String> silentStandbys) {
    return silentStandbys.isEmpty()
        ? "the database takes changes, but its log or Kafka does not answer"
        : "the database takes changes, and sends none before each standby of synchronized_standby_slots has them; nobody reads from %s there: start that standby, or take the slot out of the setting (infra/docs/runbook/failover.md)"
            .formatted(String.join(", ", silentStandbys));
  }

  private static Decision canaryStuck(State state, String why) {
    return state.activity() instanceof Streaming streaming
        ? Decision.of(state.doing(new Streaming(streaming.silentAt(), streaming.silence(), why)))
        : unchanged(state);
  }

  /** The pipeline must not go on, though its worker does not know. */
  private static Decision brokenOff(State state, RuntimeException cause, Moment now) {
    var doubt = doubt(cause);
    if (!(state.activity() instanceof Streaming)) {
      return unchanged(
          doubt != null && state.activity() instanceof Ending ? state.doubting(doubt) : state);
    }
    var why = String.valueOf(cause.getMessage());
    var shown = state.becomeFrom(Phase.STREAMING, Phase.BACKING_OFF, why, now);
    if (!(cause instanceof StoppedException)) {
      // The reason of a stop is shown as soon as the capture has ended.
      shown = shown.becomeFrom(Phase.PREFLIGHT, Phase.BACKING_OFF, why, now);
    }
    if (doubt == null) {
      return Decision.of(
          shown.doing(new Ending(new Then.Fail(cause), Doubt.NONE, now.after(END_MAX))),
          new Effect.End(null, false));
    }
    return Decision.of(
        shown
            .doubting(doubt)
            .doing(new Ending(new Then.Fail(cause), Doubt.BY_STREAM, now.after(END_MAX))),
        new Effect.End(doubt, false));
  }

  /** Why rows may have been passed over; null if a failure does not say so. */
  private static @Nullable Stop doubt(@Nullable Throwable failure) {
    return failure instanceof StoppedException stopped && stopped.stop().reason().passesOver()
        ? stopped.stop()
        : null;
  }

  // ---- ends

  private Decision ended(State state, @Nullable Throwable failure, Moment now) {
    return switch (state.activity()) {
      case Ending ending ->
          workerEnded(
              failure == null && ending.doubt() != Doubt.NONE ? state.withoutDoubt() : state,
              ending,
              failure,
              now);
      case WritingDoubt writing ->
          writing.then() instanceof Then.Fail
              ? failed(state.nextGeneration(), cause(failure), now)
              : goOn(state.nextGeneration(), writing.then(), now);
      case Looking _, WatchingSlot _, Opening _, Streaming _ -> {
        var next = state.nextGeneration();
        var doubt = doubt(failure);
        yield doubt == null
            ? failed(next, cause(failure), now)
            : writeDoubt(next, doubt, new Then.Fail(new StoppedException(doubt)), now);
      }
      case WatchingStop _ when state.status().stopped() != null -> {
        var next = state.nextGeneration();
        // A worker that dies at once must not be started again at once.
        yield Decision.of(next, new Effect.WatchStop(state.status().stopped(), STOPPED_LOOK));
      }
      case WatchingStop _, Waiting _, Over _ -> unchanged(state);
    };
  }

  private static Throwable cause(@Nullable Throwable failure) {
    return failure != null ? failure : new IllegalStateException("a worker ended without a reason");
  }

  /**
   * Before anything else: once the cause is mended, nothing else shows that rows may be missing.
   * What cannot be written down now is remembered, and written down before the next look.
   */
  private static Decision writeDoubt(State state, Stop doubt, Then then, Moment now) {
    return Decision.of(
        state
            .doubting(doubt)
            .becomeFrom(Phase.STREAMING, Phase.BACKING_OFF, doubt.sentence(), now)
            .doing(new WritingDoubt(then, now.after(ANSWER_MAX))),
        new Effect.WriteDoubt(doubt));
  }

  private Decision doubtWritten(State state, Moment now) {
    return switch (state.activity()) {
      case WritingDoubt writing -> goOn(state.withoutDoubt().nextGeneration(), writing.then(), now);
      // The worker has nothing else to do, so it has ended.
      case Ending _ -> ended(state, null, now);
      default -> unchanged(state);
    };
  }

  /** A worker may not get to the doubt that it was to write down, or may find one as it ends. */
  private Decision workerEnded(
      State state, Ending ending, @Nullable Throwable failure, Moment now) {
    var found = doubt(failure);
    var next = found == null ? state.nextGeneration() : state.nextGeneration().doubting(found);
    var doubt = next.memory().doubt();
    if (doubt == null || ending.doubt() == Doubt.BY_WRITER) {
      return goOn(next, ending.then(), now);
    }
    var then =
        ending.then() instanceof Then.Fail
            ? new Then.Fail(new StoppedException(doubt))
            : ending.then();
    return writeDoubt(next, doubt, then, now);
  }

  private Decision goOn(State state, Then then, Moment now) {
    return switch (then) {
      case Then.Fail failure -> failed(state, failure.cause(), now);
      case Then.Pause pause -> paused(state, pause.by(), now);
      case Then.Resume resume ->
          look(
              resumed(paused(state, resume.pausedBy(), now).state(), RESUMED, resume.by(), now),
              now);
      case Then.Close _ -> over(state, now);
    };
  }

  private Decision failed(State state, Throwable failure, Moment now) {
    var stop = Failures.stop(failure, pipeline);
    if (stop.isPresent()) {
      return stop(withoutTopic(state, stop.get()), stop.get(), now);
    }
    if (state.is(Phase.STOPPED)) {
      return Decision.of(
          state
              .noting(String.valueOf(failure.getMessage()))
              .doing(new Waiting(now.after(STOPPED_LOOK))),
          new Effect.ReportNoLook(failure));
    }
    var repeated = RepeatedFailure.after(state.trouble().repeated(), failure, now.time());
    if (repeated != null && repeated.isLasting()) {
      return doing(
          new Effect.ReportRepeated(failure),
          stop(
              state.with(state.trouble().repeating(null)),
              repeated.stop(pipeline, failure, state.memory().place()),
              now));
    }
    return backOff(state.with(state.trouble().repeating(repeated)), failure, now);
  }

  /** The topic that is missing or unfit is looked at before each start. */
  private static State withoutTopic(State state, Stop stop) {
    var poison = stop.poison();
    var message = poison == null ? null : poison.message();
    return TOPIC_REASONS.contains(stop.reason()) && message != null
        ? state.notTaking(message)
        : state;
  }

  private static Decision backOff(State state, Throwable failure, Moment now) {
    var trouble = state.trouble().failed(failure);
    var wait = Backoff.after(trouble.failures(), now.chance());
    var shown =
        state.is(Phase.BACKING_OFF)
            ? state
            : state.become(Phase.BACKING_OFF, String.valueOf(failure.getMessage()), now);
    return Decision.of(
        shown.with(trouble).notTaking(notTaken(state, failure)).doing(new Waiting(now.after(wait))),
        new Effect.ReportFailure(failure, trouble.failures(), wait));
  }

  private static @Nullable Message notTaken(State state, Throwable failure) {
    return failure instanceof PublishException publish
        ? publish.notTaken().orElse(null)
        : state.memory().notTaken();
  }

  private Decision stop(State state, Stop stop, Moment now) {
    var kept = state.memory().accepted() == stop.reason() ? state : state.accepting(null);
    // Another log may follow, in which that place means nothing.
    var stopped = kept.reaching(null).stopped(stop, now);
    if (!stop.reason().mendsItself()) {
      return Decision.of(
          stopped.doing(new WatchingStop()), new Effect.WatchStop(stop, Duration.ZERO));
    }
    // Mostly soon, when a service is still making what its relay waits for.
    var trouble = stopped.trouble().looked();
    var wait = Backoff.after(trouble.looks(), 0);
    var atMost = wait.compareTo(STOPPED_LOOK) < 0 ? wait : STOPPED_LOOK;
    return Decision.of(stopped.with(trouble).doing(new Waiting(now.after(atMost))));
  }

  private Decision outOfTheWay(State state, Moment now) {
    return state.activity() instanceof WatchingStop
        ? look(resumed(state.nextGeneration(), RESUMED, null, now), now)
        : unchanged(state);
  }

  private static State resumed(State state, String how, @Nullable Operator by, Moment now) {
    return state.become(Phase.PREFLIGHT, how, by, now);
  }

  // ---- deadlines

  private Decision timer(State state, Moment now) {
    var deadline = deadline(state);
    if (deadline.isEmpty() || !now.isPast(deadline.getAsLong())) {
      return unchanged(state);
    }
    return switch (state.activity()) {
      case Waiting _ -> startAgain(state, now);
      case Looking _ -> letGo(state, "looking at the database and at Kafka", now);
      case WatchingSlot _ -> letGo(state, "watching the slot", now);
      case WritingDoubt writing ->
          giveUp(
              state,
              writing.then() instanceof Then.Fail
                  ? noAnswer("writing down that rows may be missing")
                  : writing.then(),
              Doubt.BY_WRITER,
              now);
      case Opening _ -> giveUp(state, noAnswer("opening the pipeline"), Doubt.NONE, now);
      case Streaming streaming ->
          brokenOff(
              state,
              new StalledException(streaming.silence(), streaming.fault() + advice(state)),
              now);
      case Ending ending -> doing(new Effect.Abandon(), workerEnded(state, ending, null, now));
      case WatchingStop _, Over _ -> unchanged(state);
    };
  }

  /** A stall that lasts need be no fault. */
  private String advice(State state) {
    var stalls = state.trouble().stalls();
    return stalls == 0
        ? ""
        : "; or the server decodes one large transaction, of which it sends nothing before the end: then wait_event of its walsender in pg_stat_activity is mostly empty. In that case leave it alone; the next start waits up to %d s"
            .formatted(firstSilence(stalls + 1).toSeconds());
  }

  private Decision startAgain(State state, Moment now) {
    return look(
        state
            .nextGeneration()
            .becomeFrom(
                Phase.BACKING_OFF,
                Phase.PREFLIGHT,
                "starting again after: " + state.status().reason(),
                now),
        now);
  }

  private Decision letGo(State state, String attempted, Moment now) {
    return doing(
        new Effect.Abandon(),
        failed(state.nextGeneration(), new NoAnswerException(attempted, ANSWER_MAX), now));
  }

  private static Decision giveUp(State state, Then then, Doubt doubt, Moment now) {
    return Decision.of(
        state.doing(new Ending(then, doubt, now.after(END_MAX))), new Effect.End(null, false));
  }

  private static Then noAnswer(String attempted) {
    return new Then.Fail(new NoAnswerException(attempted, ANSWER_MAX));
  }

  // ---- operators

  private Decision pause(State state, Operator by, Moment now) {
    return switch (state.activity()) {
      case Over _ -> unchanged(state);
      case Ending ending when ending.then() instanceof Then.Close -> unchanged(state);
      case Ending ending -> Decision.of(state.doing(ending.doing(new Then.Pause(by))));
      case WritingDoubt writing when writing.then() instanceof Then.Close -> unchanged(state);
      case WritingDoubt _, Opening _, Streaming _ -> endInOrder(state, new Then.Pause(by), now);
      case Waiting _, Looking _, WatchingSlot _, WatchingStop _ ->
          doing(new Effect.Abandon(), paused(state.nextGeneration(), by, now));
    };
  }

  private static Decision endInOrder(State state, Then then, Moment now) {
    var doubt = state.activity() instanceof WritingDoubt ? Doubt.BY_WRITER : Doubt.NONE;
    // Not ready from now on: the batch in hand may hang for long.
    return Decision.of(
        state
            .becomeFrom(Phase.STREAMING, Phase.BACKING_OFF, "ends after the batch in hand", now)
            .doing(new Ending(then, doubt, now.after(END_MAX))),
        new Effect.End(null, true));
  }

  private Decision paused(State state, Operator by, Moment now) {
    var stop =
        new Stop(
            StopReason.PAUSED, "an operator paused it", "infra/onceward relay resume " + pipeline);
    return Decision.of(
        state.stopped(stop, by, now).doing(new WatchingStop()),
        new Effect.WatchStop(stop, Duration.ZERO));
  }

  private Decision resume(State state, Operator by, Moment now) {
    return goOn(state, RESUMED, by, now);
  }

  private Decision goOn(State state, String how, Operator by, Moment now) {
    return switch (state.activity()) {
      case Waiting _ ->
          state.phase().mayBecome(Phase.PREFLIGHT)
              ? look(resumed(state.nextGeneration(), how, by, now), now)
              : startAgain(state, now);
      case WatchingStop _ ->
          doing(new Effect.Abandon(), look(resumed(state.nextGeneration(), how, by, now), now));
      case Ending ending when ending.then() instanceof Then.Pause pause ->
          Decision.of(state.doing(ending.doing(new Then.Resume(pause.by(), by))));
      case WritingDoubt writing when writing.then() instanceof Then.Pause pause ->
          Decision.of(
              state.doing(new WritingDoubt(new Then.Resume(pause.by(), by), writing.deadline())));
      case Looking _, WatchingSlot _, WritingDoubt _, Opening _, Streaming _, Ending _, Over _ ->
          unchanged(state);
    };
  }

  private Decision accept(State state, Event.Accept asked, Moment now) {
    var reason =
        state.status().stop().map(Stop::reason).filter(StopReason::acceptable).orElse(null);
    var answer = new Effect.AnswerAccept(asked, reason != null);
    return reason == null
        ? Decision.of(state, answer)
        : doing(
            answer, goOn(state.accepting(reason), "accepted: " + reason.code(), asked.by(), now));
  }

  /** The worker that publishes writes the request down; one to stay also ends a stop. */
  private Decision move(State state, Event.Move asked, Moment now) {
    if (state.activity() instanceof Streaming) {
      return Decision.of(state, new Effect.Move(asked));
    }
    var stays =
        asked.move() == null
            && state.status().stop().filter(stop -> stop.reason() == StopReason.MOVED).isPresent();
    var answer = new Effect.AnswerMove(asked, stays);
    return stays
        ? doing(
            answer,
            goOn(state.accepting(StopReason.MOVED), "stays in its database", asked.by(), now))
        : Decision.of(state, answer);
  }

  private static Decision quarantine(State state, Event.Quarantine asked) {
    var poison = state.standsAt(asked.messageId()).orElse(null);
    if (poison == null) {
      return Decision.of(state, new Effect.AnswerQuarantine(asked, false));
    }
    return Decision.of(
        state,
        poison.message() == null
            ? new Effect.AddToQuarantine(asked, poison)
            : new Effect.PublishDeadLetter(asked, poison));
  }

  /** While the dead letter was published, the message may have been published after all. */
  private static Decision deadLettered(State state, Event.DeadLettered lettered) {
    var asked = lettered.asked();
    return Decision.of(
        state,
        state.standsAt(asked.messageId()).isPresent()
            ? new Effect.AddToQuarantine(asked, lettered.poison())
            : new Effect.AnswerQuarantine(asked, false));
  }

  /**
   * Meanwhile an operator may have paused the pipeline, or it may be stopped for another reason.
   */
  private Decision quarantined(State state, Event.Quarantine asked, Moment now) {
    var answer = new Effect.AnswerQuarantine(asked, true);
    return state.standsAt(asked.messageId()).isPresent()
        ? doing(answer, goOn(state, "message quarantined", asked.by(), now))
        : Decision.of(state, answer);
  }

  private static Decision close(State state, Moment now) {
    return switch (state.activity()) {
      case Over _ -> unchanged(state);
      case Ending ending -> Decision.of(state.doing(ending.doing(new Then.Close())));
      case WritingDoubt _, Opening _, Streaming _ -> endInOrder(state, new Then.Close(), now);
      case Waiting _, Looking _, WatchingSlot _, WatchingStop _ ->
          doing(new Effect.Abandon(), over(state.nextGeneration(), now));
    };
  }

  private static Decision over(State state, Moment now) {
    var doubt = state.memory().doubt();
    var sentence =
        doubt == null
            ? "the relay is ending"
            : "the relay is ending, and could not write down that rows may be missing: "
                + doubt.sentence();
    return Decision.of(
        state
            .stopped(new Stop(StopReason.SHUT_DOWN, sentence, "start it again"), now)
            .doing(new Over()));
  }

  private static Decision unchanged(State state) {
    return new Decision(state, List.of());
  }

  /** Does one thing before all else. */
  private static Decision doing(Effect first, Decision then) {
    var effects = new ArrayList<Effect>();
    effects.add(first);
    effects.addAll(then.effects());
    return new Decision(then.state(), List.copyOf(effects));
  }
}
