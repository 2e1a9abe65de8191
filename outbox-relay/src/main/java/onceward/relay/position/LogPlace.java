package onceward.relay.position;

import org.jspecify.annotations.Nullable;

/**
 * The place of one change in the stream that a slot sends. The server sends whole transactions in
 * the order of their commits, and the changes of one in the order of the log. So a later change may
 * lie earlier in the log than a change of another transaction, but never than one of its own.
 *
 * @param commit the end of the last transaction that came before this one; null if the capture does
 *     not know one
 * @param transaction the transaction's id
 * @param change where the change lies in the log; changes that one statement wrote into one log
 *     record share it
 * @param nth of the changes that share the record, from 1
 */
public record LogPlace(@Nullable Lsn commit, long transaction, Lsn change, long nth) {

  /** The same change, as the next one of its record if the previous change shares it. */
  public LogPlace following(@Nullable LogPlace previous) {
    return previous != null && previous.transaction == transaction && previous.change.equals(change)
        ? new LogPlace(commit, transaction, change, previous.nth + 1)
        : this;
  }

  public boolean isInTransactionOf(LogPlace other) {
    return transaction == other.transaction;
  }

  /** Of two places in one transaction: whether this one comes later. */
  public boolean isAfter(LogPlace other) {
    var byLog = change.compareTo(other.change);
    return byLog > 0 || (byLog == 0 && nth > other.nth);
  }

  /**
   * How far the slot may move once this change and all before it are published: to the end of the
   * last whole transaction; or, before the first such end is known, to the change itself.
   */
  public Lsn confirmable() {
    return commit == null ? change : commit;
  }
}
