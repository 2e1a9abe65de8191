package onceward.relay.stop;

import java.util.Locale;

/**
 * Why a pipeline is stopped. Each has a page of its name in {@code infra/docs/runbook}.
 *
 * <p>A pipeline that could go on only by losing, inventing or reordering messages is stopped; one
 * that only has to wait for something to come back is not, it backs off.
 */
public enum StopReason {
  /** The replication slot does not exist. */
  SLOT_MISSING(After.LOOKED_AT_AGAIN),
  /** The slot decodes with another plugin, or belongs to another database. */
  SLOT_FOREIGN(After.LOOKED_AT_AGAIN),
  /** The server has removed log that the slot needed. */
  SLOT_INVALIDATED(After.LOOKED_AT_AGAIN),
  /** The slot is past what was published: it was made anew or moved, or Kafka restored. */
  SLOT_AHEAD(After.ACCEPTED),
  /** The slot has been relayed from before, and how far is not known any more. */
  POSITION_LOST(After.ACCEPTED),
  /** The database is another one than the position was reached in. */
  DATABASE_REPLACED(After.ACCEPTED),
  /** The database has been promoted, or recovered to a point in time. */
  TIMELINE_CHANGED(After.ACCEPTED),
  /** The database's log ends before the position that was reached: it was restored. */
  DATABASE_REWOUND(After.ACCEPTED),
  /** The database is a standby, which takes no writes. */
  DATABASE_READ_ONLY(After.LOOKED_AT_AGAIN),
  /** The database holds text or types that cannot be captured from. */
  DATABASE_UNFIT(After.LOOKED_AT_AGAIN),
  /**
   * The outbox does not exist, lacks a column of a message, has one of an unreadable type, or takes
   * two rows with one id.
   */
  OUTBOX_UNFIT(After.LOOKED_AT_AGAIN),
  /** Rows of the outbox do not reach the log: a part of it is unlogged, foreign or redirected. */
  OUTBOX_BYPASSED(After.LOOKED_AT_AGAIN),
  /** The outbox was another table for a while, or has rows that the log lacks. */
  OUTBOX_CHANGED(After.ACCEPTED),
  /** The publication does not exist. */
  PUBLICATION_MISSING(After.LOOKED_AT_AGAIN),
  /** The publication does not publish all that is needed, or publishes other tables as well. */
  PUBLICATION_UNFIT(After.LOOKED_AT_AGAIN),
  /** The publication was changed, and may have passed over messages meanwhile. */
  PUBLICATION_CHANGED(After.ACCEPTED),
  /** The canary's table or row is not there. */
  CANARY_MISSING(After.LOOKED_AT_AGAIN),
  /** The table of messages that are held back is not there. */
  PARKING_MISSING(After.LOOKED_AT_AGAIN),
  /** The role may do less than it needs, or everything. */
  ROLE_UNFIT(After.LOOKED_AT_AGAIN),
  /** The brokers are not capable of what the delivery mode needs. */
  KAFKA_UNFIT(After.LOOKED_AT_AGAIN),
  /** A topic does not exist. */
  TOPIC_MISSING(After.LOOKED_AT_AGAIN),
  /** A topic's settings refuse what may be published to it, or can lose it again. */
  TOPIC_UNFIT(After.LOOKED_AT_AGAIN),
  /** A topic that was published to was deleted, made anew, or has other partitions. */
  TOPIC_CHANGED(After.ACCEPTED),
  /** Kafka has lost records that it had acknowledged. */
  TOPIC_CUT(After.LOOKED_AT_AGAIN),
  /** Kafka will not take a message, whenever it is sent. */
  MESSAGE_REFUSED(After.RESUMED),
  /** A change of the outbox cannot be read as a message. */
  ROW_UNREADABLE(After.RESUMED),
  /** The pipeline fails again and again in the same way, at the same place. */
  FAILS_REPEATEDLY(After.RESUMED),
  /** The pipeline has left this database for a copy in another cluster. */
  MOVED(After.RESUMED),
  /** An operator paused the pipeline. */
  PAUSED(After.RESUMED),
  /** The process is ending. */
  SHUT_DOWN(After.NOTHING);

  /** What lets a stopped pipeline go on. */
  private enum After {
    /** Nobody's word: it is looked at again every few seconds. */
    LOOKED_AT_AGAIN,
    /** An operator's, who takes what may be missing upon himself; or it is mended. */
    ACCEPTED,
    /** An operator's, who has mended it, or quarantines the message. */
    RESUMED,
    NOTHING
  }

  private final After goesOn;

  StopReason(After goesOn) {
    this.goesOn = goesOn;
  }

  /** The name in health, logs, metrics and the command line, e.g. {@code slot-missing}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Whether messages may be missing also once it is mended: the position then stays in doubt until
   * an operator accepts it.
   */
  public boolean passesOver() {
    return this == OUTBOX_BYPASSED || this == PUBLICATION_UNFIT || this == TOPIC_CUT;
  }

  /** Whether the pipeline goes on by itself once what was wrong is mended. */
  public boolean mendsItself() {
    return goesOn == After.LOOKED_AT_AGAIN || goesOn == After.ACCEPTED;
  }

  /**
   * Whether an operator may accept the slot's place as it is, and what may be missing before it.
   */
  public boolean acceptable() {
    return goesOn == After.ACCEPTED;
  }
}
