package onceward.messaging.retention;

import java.util.Locale;

/** The tables that forget: outbox and inbox by partitions of a day, the others by rows. */
enum Table {
  OUTBOX("select outcome, subject, detail from outbox_retain(?, ?)"),
  INBOX("select outcome, subject, detail from inbox_retain(?, ?)"),
  /** What operators asked and did. Its rows are deleted, a bounded number in each run. */
  DEAD_LETTER("select outcome, subject, detail from dead_letter_retain(?, ?)");

  private final String retain;

  Table(String retain) {
    this.retain = retain;
  }

  /** Makes and drops partitions. Parameters: days to keep, days ahead. */
  String retain() {
    return retain;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
