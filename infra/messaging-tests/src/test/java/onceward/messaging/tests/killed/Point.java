package onceward.messaging.tests.killed;

/** Where a consumer is killed, in the order in which it comes by. */
enum Point {
  /** After the poll, before the claim: a partition's thread asks for its connection. */
  POLLED,
  /** The message is claimed, its handler begins. */
  CLAIMED,
  /** The handler's effect is written, others of its batch may follow. */
  HANDLED,
  /** All effects of the batch are written, none is committed. */
  COMMITTING,
  /** The database has committed, Kafka does not know yet. */
  COMMITTED
}
