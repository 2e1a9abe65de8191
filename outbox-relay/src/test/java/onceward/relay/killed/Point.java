package onceward.relay.killed;

/** Where a relay is killed, in the order in which it comes by. */
public enum Point {
  /** The publisher is open, the position not yet read. */
  OPENED,
  /** While the position is read. */
  READING,
  /** While the capture starts, or soon after. */
  STARTING,
  /** A batch is captured, nothing of it published. */
  CAPTURED,
  /** Some of the batch is handed over to Kafka's client, the rest not yet. */
  SENDING,
  /** All messages of the batch are handed over, the position is not. */
  SENT,
  /** Messages and position are published, nothing is acknowledged. */
  PUBLISHED,
  /** The batch is acknowledged, the slot has not been told. */
  ACKNOWLEDGED,
  /** About when the slot is told. */
  FLUSHING
}
