package onceward.messaging.retention;

import java.util.Locale;

/** The tables that are partitioned by day. */
enum Table {
  OUTBOX("select outcome, subject, detail from outbox_retain(?, ?)"),
  INBOX("select outcome, subject, detail from inbox_retain(?, ?)");

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
