package onceward.relay.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
 * @param status how the pipeline stands, for people
 * @param activity what the pipeline is doing
 * @param generation counts the workers' lives: an event of another generation comes from a worker
 *     that was let go, and is not heard
 * @param trouble what has gone wrong since the last progress
 * @param notTaken the message whose topic was missing or unfit last; null if none was
 * @param accepted the reason for which an operator has the next start take the slot's place as it
 *     is; null if none has
 * @param furthest up to where everything is published; null before the first batch, and after a
 *     stop, as another log may follow
 * @param slotPlace where the slot stood when last looked at; null if it was never seen
 * @param history the last transitions, oldest first; at most {@value #HISTORY_MAX}
 */
record State(
    String pipeline,
    Status status,
    Activity activity,
    int generation,
    Trouble trouble,
    @Nullable Message notTaken,
    @Nullable StopReason accepted,
    @Nullable Position furthest,
    @Nullable Lsn slotPlace,
    List<Transition> history) {

  static final int HISTORY_MAX = 50;

  static State first(String pipeline, Activity activity, Moment now) {
    return new State(
        pipeline,
        new Status(Phase.PREFLIGHT, "starting for the first time", null, null, now.time()),
        activity,
        1,
        Trouble.NONE,
        null,
        null,
        null,
        null,
        List.of());
  }

  Phase phase() {
    return status.phase();
  }

  boolean is(Phase phase) {
    return status.phase() == phase;
  }

  /** The message at which the pipeline is stopped, if it is one of that id. */
  Optional<Poison> standsAt(UUID messageId) {
    return status
        .stop()
        .flatMap(stop -> Optional.ofNullable(stop.poison()))
        .filter(poison -> poison.messageId().equals(messageId));
  }

  /** Up to where everything is published, for people. */
  String place() {
    if (furthest != null) {
      return "with all published up to " + furthest.confirmable();
    }
    return slotPlace == null
        ? "before the slot was read"
        : "where the slot stands, at " + slotPlace;
  }

  // ---- phases

  /**
   * @throws IllegalStateException if there is no edge to that phase
   */
  State become(Phase next, String cause, Moment now) {
    return move(next, cause, null, now);
  }

  /** Moves on if the pipeline is in the phase given. */
  State becomeFrom(Phase present, Phase next, String cause, Moment now) {
    return is(present) ? become(next, cause, now) : this;
  }

  /** Stands still; if for the same reason as before, then since before. */
  State stopped(Stop stop, Moment now) {
    if (is(Phase.STOPPED) && stop.equals(status.stopped())) {
      return explained(new Status(phase(), status.reason(), stop, null, status.since()));
    }
    return move(Phase.STOPPED, stop.toString(), stop, now);
  }

  /** Gives another reason for the same phase. */
  State explaining(String reason) {
    return explained(new Status(phase(), reason, status.stopped(), status.note(), status.since()));
  }

  /** Says why the pipeline cannot look again now. */
  State noting(String why) {
    return explained(new Status(phase(), status.reason(), status.stopped(), why, status.since()));
  }

  private State move(Phase next, String cause, @Nullable Stop stop, Moment now) {
    if (!phase().mayBecome(next)) {
      throw new IllegalStateException(
          "pipeline %s: no way from %s to %s".formatted(pipeline, phase(), next));
    }
    var longer = new ArrayList<>(history);
    longer.add(new Transition(now.time(), phase(), next, cause));
    var shown = longer.subList(Math.max(0, longer.size() - HISTORY_MAX), longer.size());
    return new State(
        pipeline,
        new Status(next, cause, stop, null, now.time()),
        activity,
        generation,
        trouble,
        notTaken,
        accepted,
        furthest,
        slotPlace,
        List.copyOf(shown));
  }

  private State explained(Status now) {
    return now.equals(status)
        ? this
        : new State(
            pipeline,
            now,
            activity,
            generation,
            trouble,
            notTaken,
            accepted,
            furthest,
            slotPlace,
            history);
  }

  // ---- the rest

  State doing(Activity next) {
    return new State(
        pipeline,
        status,
        next,
        generation,
        trouble,
        notTaken,
        accepted,
        furthest,
        slotPlace,
        history);
  }

  /** From now on nothing is heard of the workers there were. */
  State nextGeneration() {
    return new State(
        pipeline,
        status,
        activity,
        generation + 1,
        trouble,
        notTaken,
        accepted,
        furthest,
        slotPlace,
        history);
  }

  State with(Trouble changed) {
    return new State(
        pipeline,
        status,
        activity,
        generation,
        changed,
        notTaken,
        accepted,
        furthest,
        slotPlace,
        history);
  }

  State notTaking(@Nullable Message message) {
    return new State(
        pipeline,
        status,
        activity,
        generation,
        trouble,
        message,
        accepted,
        furthest,
        slotPlace,
        history);
  }

  State accepting(@Nullable StopReason reason) {
    return new State(
        pipeline,
        status,
        activity,
        generation,
        trouble,
        notTaken,
        reason,
        furthest,
        slotPlace,
        history);
  }

  State reaching(@Nullable Position position) {
    return new State(
        pipeline,
        status,
        activity,
        generation,
        trouble,
        notTaken,
        accepted,
        position,
        slotPlace,
        history);
  }

  State seeingSlotAt(@Nullable Lsn place) {
    return new State(
        pipeline,
        status,
        activity,
        generation,
        trouble,
        notTaken,
        accepted,
        furthest,
        place,
        history);
  }
}
