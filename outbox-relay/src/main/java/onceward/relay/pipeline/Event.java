package onceward.relay.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.quarantine.Quarantine;
import onceward.relay.source.Beat;
import onceward.relay.stop.Poison;
import org.jspecify.annotations.Nullable;

/** What a pipeline hears of: from its workers, from operators, and from its clock. */
sealed interface Event {

  // ---- from a worker; stamped with the generation that the worker belongs to

  /**
   * All the pipeline depends on is well.
   *
   * @param holder the session that holds the slot; 0 if none does
   * @param slotPlace where the slot stands
   */
  record Looked(int holder, @Nullable Lsn slotPlace) implements Event {}

  /**
   * Another session holds the slot.
   *
   * @param moves whether the slot, or its position, was seen to move lately
   */
  record SlotHeld(int holder, boolean moves) implements Event {}

  /** The slot is free, or all else has to be looked at again. */
  record SlotWatched() implements Event {}

  /** That rows may have been passed over is written down, if it has to be. */
  record DoubtWritten() implements Event {}

  /** The publisher is open, and the capture goes on behind a position. */
  record Opened(Position start) implements Event {}

  /**
   * A batch is published.
   *
   * @param count how many messages; those that are held back for their key are not counted
   * @param commitToAck from the commit of the oldest change to Kafka's acknowledgement
   * @param reached up to where everything is published now
   * @param isNew whether that is behind the place where the stream started
   */
  record Published(int count, Duration commitToAck, Position reached, boolean isNew)
      implements Event {}

  /**
   * Nothing has come through for a while, and the server has read on in the log that there was when
   * the stream started.
   */
  record LogRead() implements Event {}

  /**
   * Messages are published again, as an operator requested; captured messages wait meanwhile.
   *
   * @param count how many messages
   */
  record Republished(int count) implements Event {}

  /**
   * Parked messages are published, as an operator requested; captured messages wait meanwhile.
   *
   * @param count how many messages
   */
  record Released(int count) implements Event {}

  /**
   * A pipeline that is to move, or has moved, gets on or waits for something.
   *
   * @param sentence for people
   * @param isProgress whether something was read that takes long
   */
  record Moving(String sentence, boolean isProgress) implements Event {}

  /** The canary was moved. */
  record CanaryMoved(Beat beat) implements Event {}

  /**
   * The other servers of the pipeline were looked at.
   *
   * @param warnings a sentence for each that takes writes too
   */
  record OthersSeen(List<String> warnings) implements Event {}

  /** The canary could not be moved. */
  record CanaryStuck(String why) implements Event {}

  /** What the preflight vouched for has changed while the pipeline streams. */
  record Changed(RuntimeException cause) implements Event {}

  /**
   * A worker has ended.
   *
   * @param failure why; null if the worker was asked to end
   */
  record Ended(@Nullable Throwable failure) implements Event {}

  /** What stopped the pipeline is out of the way, by way of another relay. */
  record OutOfTheWay() implements Event {}

  // ---- from the clock

  /** The deadline of the activity has come. */
  record Timer() implements Event {}

  // ---- from operators, and from the process

  /** An operator ends the pipeline until it is resumed. */
  record Pause(Operator by) implements Event {}

  /** An operator has the pipeline go on. */
  record Resume(Operator by) implements Event {}

  /**
   * An operator has the pipeline go on where its slot stands.
   *
   * @param answer whether the pipeline is stopped for a reason that can be accepted
   */
  record Accept(Operator by, CompletableFuture<Boolean> answer) implements Event {}

  /**
   * An operator has the pipeline leave its database for another cluster, or stay.
   *
   * @param move what is requested; null to stay
   * @param answer whether that is written down, or the pipeline goes on to stay
   */
  record Move(
      onceward.relay.position.@Nullable Move move, Operator by, CompletableFuture<Boolean> answer)
      implements Event {}

  /**
   * An operator sets a message aside.
   *
   * @param answer whether the pipeline is stopped at that message, which is quarantined by then
   */
  record Quarantine(UUID messageId, Operator by, CompletableFuture<Boolean> answer)
      implements Event {}

  /** The dead letter of a message that is to be quarantined is published. */
  record DeadLettered(Quarantine asked, Poison poison) implements Event {}

  /** A message is in the quarantine. */
  record Quarantined(Quarantine asked) implements Event {}

  /** The process ends. */
  record Close() implements Event {}
}
