package onceward.relay.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.stop.Poison;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;

/**
 * All that a pipeline is and remembers, at one moment. Immutable; {@link PipelineMachine} alone
 * makes the next one.
 *
 * @param shown how the pipeline stands and stood, for people
 * @param activity what the pipeline is doing
 * @param generation counts the workers' lives: an event of another generation comes from a worker
 *     that was let go, and is not heard
 */
record State(String pipeline, Shown shown, Activity activity, int generation, Memory memory) {

  static final int HISTORY_MAX = 50;

  /**
   * How the pipeline stands and stood.
   *
   * @param history the last transitions, oldest first; at most {@value #HISTORY_MAX}
   * @param warnings what an operator has to mend although messages flow; none while they do not
   */
  record Shown(Status status, List<Transition> history, List<String> warnings) {}

  /**
   * What one generation leaves to the next.
   *
   * @param trouble what has gone wrong since the last progress
   * @param notTaken the message whose topic was missing or unfit last; null if none was
   * @param accepted the reason for which an operator has the next start take the slot's place as it
   *     is; null if none has
   * @param furthest up to where everything is published; null before the first batch, and after a
   *     stop, as another log may follow
   * @param slotPlace where the slot stood when last looked at; null if it was never seen
   * @param doubt why rows may have been passed over, until that is written down with the position;
   *     null if nothing is to be written down
   */
  record Memory(
      Trouble trouble,
      @Nullable Message notTaken,
      @Nullable StopReason accepted,
      @Nullable Position furthest,
      @Nullable Lsn slotPlace,
      @Nullable Stop doubt) {

    /** Up to where everything is published, for people. */
    String place() {
      if (furthest != null) {
        return "with all published up to " + furthest.confirmable();
      }
      return slotPlace == null
          ? "before the slot was read"
          : "where the slot stands, at " + slotPlace;
    }
  }

  static State first(String pipeline, Moment now) {
    var status = new Status(Phase.PREFLIGHT, "starting for the first time", null, null, now.time());
    return new State(
        pipeline,
        new Shown(status, List.of(), List.of()),
        new Activity.Waiting(now.nanos()),
        1,
        new Memory(Trouble.NONE, null, null, null, null, null));
  }

  Status status() {
    return shown.status();
  }

  List<Transition> history() {
    return shown.history();
  }

  List<String> warnings() {
    return shown.warnings();
  }

  Phase phase() {
    return status().phase();
  }

  boolean is(Phase phase) {
    return phase() == phase;
  }

  Trouble trouble() {
    return memory.trouble();
  }

  /** The message at which the pipeline is stopped, if it is one of that id. */
  Optional<Poison> standsAt(UUID messageId) {
    return status()
        .stop()
        .flatMap(stop -> Optional.ofNullable(stop.poison()))
        .filter(poison -> poison.messageId().equals(messageId));
  }

  // ---- phases

  /**
   * Comes into another phase.
   *
   * @throws IllegalStateException if there is no edge to that phase
   */
  State become(Phase next, String cause, Moment now) {
    return become(next, cause, null, now);
  }

  /** As {@link #become(Phase, String, Moment)}, by the command of an operator. */
  State become(Phase next, String cause, @Nullable Operator by, Moment now) {
    return move(new Status(next, cause, null, null, now.time()), cause, by);
  }

  /** Moves on if the pipeline is in the phase given. */
  State becomeFrom(Phase present, Phase next, String cause, Moment now) {
    return is(present) ? become(next, cause, now) : this;
  }

  /** Stands still; if for the same reason as before, then since before. */
  State stopped(Stop stop, Moment now) {
    return stopped(stop, null, now);
  }

  /** As {@link #stopped(Stop, Moment)}, by the command of an operator. */
  State stopped(Stop stop, @Nullable Operator by, Moment now) {
    var before = status();
    return is(Phase.STOPPED) && stop.equals(before.stopped())
        ? showing(new Status(phase(), before.reason(), stop, null, before.since()))
        : move(
            new Status(Phase.STOPPED, stop.toString(), stop, null, now.time()),
            "%s: %s".formatted(stop.reason().code(), stop.sentence()),
            by);
  }

  /** Gives another reason for the same phase. */
  State explaining(String reason) {
    var before = status();
    return showing(new Status(phase(), reason, before.stopped(), before.note(), before.since()));
  }

  /** Gives another reason if the present one is among those given. */
  State explainingInsteadOf(Set<String> present, String reason) {
    return present.contains(status().reason()) ? explaining(reason) : this;
  }

  /** Says why the pipeline cannot look again now. */
  State noting(String why) {
    var before = status();
    return showing(new Status(phase(), before.reason(), before.stopped(), why, before.since()));
  }

  /** Warns of this, and of nothing else. */
  State warning(List<String> warnings) {
    return new State(
        pipeline,
        new Shown(status(), history(), List.copyOf(warnings)),
        activity,
        generation,
        memory);
  }

  private State move(Status next, String cause, @Nullable Operator by) {
    if (!phase().mayBecome(next.phase())) {
      throw new IllegalStateException(
          "pipeline %s: no way from %s to %s".formatted(pipeline, phase(), next.phase()));
    }
    var longer = new ArrayList<>(history());
    longer.add(new Transition(next.since(), phase(), next.phase(), cause, by));
    var last = longer.subList(Math.max(0, longer.size() - HISTORY_MAX), longer.size());
    // Nobody looks while nothing is captured.
    var warnings = next.isStreaming() ? warnings() : List.<String>of();
    return new State(
        pipeline, new Shown(next, List.copyOf(last), warnings), activity, generation, memory);
  }

  private State showing(Status now) {
    return new State(pipeline, new Shown(now, history(), warnings()), activity, generation, memory);
  }

  // ---- the rest

  State doing(Activity next) {
    return new State(pipeline, shown, next, generation, memory);
  }

  /** From now on nothing is heard of the workers there were. */
  State nextGeneration() {
    return new State(pipeline, shown, activity, generation + 1, memory);
  }

  State with(Trouble trouble) {
    return remembering(
        new Memory(
            trouble,
            memory.notTaken(),
            memory.accepted(),
            memory.furthest(),
            memory.slotPlace(),
            memory.doubt()));
  }

  State notTaking(@Nullable Message message) {
    return remembering(
        new Memory(
            memory.trouble(),
            message,
            memory.accepted(),
            memory.furthest(),
            memory.slotPlace(),
            memory.doubt()));
  }

  State accepting(@Nullable StopReason reason) {
    return remembering(
        new Memory(
            memory.trouble(),
            memory.notTaken(),
            reason,
            memory.furthest(),
            memory.slotPlace(),
            memory.doubt()));
  }

  State reaching(@Nullable Position position) {
    return remembering(
        new Memory(
            memory.trouble(),
            memory.notTaken(),
            memory.accepted(),
            position,
            memory.slotPlace(),
            memory.doubt()));
  }

  State seeingSlotAt(@Nullable Lsn place) {
    return remembering(
        new Memory(
            memory.trouble(),
            memory.notTaken(),
            memory.accepted(),
            memory.furthest(),
            place,
            memory.doubt()));
  }

  /** One doubt is enough: an operator looks at everything before accepting. */
  State doubting(Stop doubt) {
    return memory.doubt() == null ? remembering(withDoubt(doubt)) : this;
  }

  /** The doubt is written down. */
  State withoutDoubt() {
    return remembering(withDoubt(null));
  }

  private Memory withDoubt(@Nullable Stop doubt) {
    return new Memory(
        memory.trouble(),
        memory.notTaken(),
        memory.accepted(),
        memory.furthest(),
        memory.slotPlace(),
        doubt);
  }

  private State remembering(Memory changed) {
    return new State(pipeline, shown, activity, generation, changed);
  }
}
