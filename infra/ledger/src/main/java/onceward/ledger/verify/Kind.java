package onceward.ledger.verify;

import java.util.Locale;

/** What can be said of a message besides that all is well. */
public enum Kind {
  /** Committed, the relay is past it, and its topic does not have it. */
  MISSING(Weight.BROKEN, "in the outbox and passed by the relay, but not in the topic"),
  /** Published or handled, and never committed. */
  GHOST(Weight.BROKEN, "in the topic or handled, but in no outbox"),
  WRONG_TOPIC(Weight.BROKEN, "published to a topic that is not its own"),
  DIFFERS(Weight.BROKEN, "the record differs from the row of the outbox"),
  OUT_OF_ORDER(Weight.BROKEN, "published after a later version of its aggregate"),
  GAP(Weight.BROKEN, "the topic has a later version and lacks an earlier one"),
  /** A consumer committed an offset behind it without having claimed it. */
  NOT_HANDLED(Weight.BROKEN, "the consumer is past it and has not handled it"),
  /** Kafka has deleted the record before a consumer handled it. */
  LOST(Weight.BROKEN, "no longer in the topic, and the consumer has not handled it"),
  /** Two transactions of a service appended the same message because of the same message. */
  DOUBLED_EFFECT(Weight.BROKEN, "appended again, in another transaction, for the same cause"),

  NOT_PUBLISHED_YET(Weight.UNDER_WAY, "committed, and the relay is not there yet"),
  WITHHELD(
      Weight.UNDER_WAY,
      "committed, and a transaction that some producer has not ended keeps everybody from reading on"),
  NOT_HANDLED_YET(Weight.UNDER_WAY, "published, and the consumer is not there yet"),
  HELD_BY_RELAY(Weight.UNDER_WAY, "held by the relay, see `relay parked`"),
  DEAD_LETTER(Weight.UNDER_WAY, "a dead letter that nobody has decided on, see `dlq ls`"),
  PARKED(Weight.UNDER_WAY, "waits behind a dead letter of its key"),

  DUPLICATE(Weight.REMARK, "published again; consumers handle it once"),
  REPUBLISHED(
      Weight.REMARK, "published behind a later version of its aggregate, as an operator requested"),
  REPARTITIONED(
      Weight.REMARK,
      "the version before it is in another partition, as its topic had fewer of them then"),
  ARCHIVED(Weight.REMARK, "a dead letter that an operator has moved to a file, see `dlq restore`"),
  DISCARDED(Weight.REMARK, "an operator decided that it goes no further"),
  /** Its row was lost with a database whose service has since been restored from topics. */
  OUTBOX_LOST(Weight.REMARK, "published before its outbox was lost with the database"),
  UNPROVEN(Weight.REMARK, "older than what is kept, so nobody can tell");

  /** How much it matters. */
  public enum Weight {
    /** A promise is broken. */
    BROKEN,
    /** Somebody still has to do something: a program or an operator. */
    UNDER_WAY,
    /** Within the promises. */
    REMARK
  }

  private final Weight weight;
  private final String sentence;

  Kind(Weight weight, String sentence) {
    this.weight = weight;
    this.sentence = sentence;
  }

  /** How much it matters. */
  public Weight weight() {
    return weight;
  }

  /** What it means, without a full stop. */
  public String sentence() {
    return sentence;
  }

  /** Its name for people and scripts, e.g. {@code wrong-topic}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
