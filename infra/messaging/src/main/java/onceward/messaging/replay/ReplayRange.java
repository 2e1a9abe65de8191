package onceward.messaging.replay;

/**
 * The records of one partition that a replay goes through.
 *
 * @param from the offset of the first
 * @param until the offset behind the last
 * @param next records before this offset are done with
 */
public record ReplayRange(int partition, long from, long until, long next) {

  /** How many offsets are left; Kafka uses some for its own marks. */
  public long left() {
    return until - next;
  }
}
