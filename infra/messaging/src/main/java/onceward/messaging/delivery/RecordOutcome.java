package onceward.messaging.delivery;

import onceward.messaging.deadletter.Reason;

/** The outcome of a record that was delivered alone. */
public sealed interface RecordOutcome
    permits RecordOutcome.Done, RecordOutcome.DeadLettered, HeldBack {

  /** The message of the record has been handled, dropped, parked or skipped. */
  record Done() implements RecordOutcome {}

  /** The record has become a dead letter, and its key is parked. */
  record DeadLettered(Reason reason) implements RecordOutcome {}
}
