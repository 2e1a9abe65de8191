package onceward.relay.pipeline;

import java.time.Duration;
import onceward.messaging.Message;
import onceward.relay.source.Beat;
import onceward.relay.stop.Poison;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;

/** What is to be done outside, by a worker or at once. No effect waits for another. */
sealed interface Effect {

  // ---- by a worker, which answers with events of the present generation

  /**
   * Looks at database, topics and slot. Answered by {@link Event.Looked}.
   *
   * @param notTaken the message that was not taken last, whose topic is judged too; null if none
   */
  record Look(@Nullable Message notTaken) implements Effect {}

  /** Watches the slot. Answered by {@link Event.SlotHeld}s and {@link Event.SlotWatched}. */
  record WatchSlot() implements Effect {}

  /**
   * Writes down that rows may have been passed over, unless another relay holds the slot and moves
   * it. Answered by {@link Event.DoubtWritten}.
   */
  record WriteDoubt(Stop cause) implements Effect {}

  /**
   * Opens a publisher and captures, until asked to end.
   *
   * @param accepted the reason for which an operator takes the slot's place as it is; null if none
   * @param firstSilence how long the first sign may take
   */
  record Stream(@Nullable StopReason accepted, Duration firstSilence) implements Effect {}

  /**
   * Looks now and then whether the pipeline may go on although it is stopped. Answered by {@link
   * Event.OutOfTheWay}.
   *
   * @param firstWait before the first look
   */
  record WatchStop(Stop stop, Duration firstWait) implements Effect {}

  // ---- to the worker that is at work

  /**
   * Asks the worker to end. Answered by {@link Event.Ended}.
   *
   * @param doubt why rows may have been passed over, which is written down before; null if none
   *     were
   * @param settle whether what was published last is checkpointed before
   */
  record End(@Nullable Stop doubt, boolean settle) implements Effect {}

  /** Lets a worker go that has nothing to give back; nobody hears of it any more. */
  record Abandon() implements Effect {}

  /** Asks the worker to publish what is held back for keys that are to be released. */
  record Release() implements Effect {}

  /** Asks the worker to carry out requests to republish before it publishes the next batch. */
  record Republish() implements Effect {}

  /** Asks the worker to write down that the pipeline is to move, or to stay, and to answer. */
  record Move(Event.Move asked) implements Effect {}

  // ---- at once

  record PublishDeadLetter(Event.Quarantine asked, Poison poison) implements Effect {}

  record AddToQuarantine(Event.Quarantine asked, Poison poison) implements Effect {}

  record AnswerQuarantine(Event.Quarantine asked, boolean done) implements Effect {}

  record AnswerAccept(Event.Accept asked, boolean done) implements Effect {}

  record AnswerMove(Event.Move asked, boolean done) implements Effect {}

  /**
   * A batch is published.
   *
   * @param isProgress whether it came through for the first time
   */
  record CountPublished(int count, Duration commitToAck, boolean isProgress) implements Effect {}

  /** Messages are published again, as an operator requested. */
  record CountRepublished(int count) implements Effect {}

  record ShowBeat(Beat beat) implements Effect {}

  /**
   * The pipeline has failed and starts again.
   *
   * @param inARow how often it has failed without progress
   */
  record ReportFailure(Throwable cause, int inARow, Duration pause) implements Effect {}

  /** The pipeline is stopped as it has failed in the same way again and again. */
  record ReportRepeated(Throwable cause) implements Effect {}

  /** A stopped pipeline cannot look again whether it may go on. */
  record ReportNoLook(Throwable cause) implements Effect {}
}
