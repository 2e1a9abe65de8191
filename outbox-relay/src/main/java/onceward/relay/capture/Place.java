package onceward.relay.capture;

import java.util.Map;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import org.jspecify.annotations.Nullable;

/**
 * Where in the stream of changes one is. The server sends whole transactions in the order of their
 * commits, and the changes of one in the order of the log; so a later change may lie earlier in the
 * log, but within its transaction it never does.
 *
 * @param transaction its id
 * @param lsn of the change; those that one statement wrote into one log record share it
 * @param nth of the changes there, from 1
 */
record Place(long transaction, Lsn lsn, long nth) {

  private static final String TRANSACTION = "txId";
  private static final String NTH = "nth";

  /** The place of a change that comes after another. */
  static Place of(Map<String, ?> offset, @Nullable Place previous) {
    var first =
        new Place(
            required(offset, TRANSACTION), new Lsn(required(offset, Position.LAST_CHANGE)), 1);
    return previous != null && previous.sharesRecordWith(first)
        ? new Place(first.transaction, first.lsn, previous.nth + 1)
        : first;
  }

  /**
   * A place that was written down. One without a number is the first of its record: what shares it
   * may then come twice, but is not lost.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Place read(Map<String, ?> resume) {
    return new Place(
        required(resume, TRANSACTION),
        new Lsn(required(resume, Position.LAST_CHANGE)),
        resume.containsKey(NTH) ? required(resume, NTH) : 1);
  }

  /** Adds what the offset itself does not say. */
  void write(Map<String, Object> resume) {
    resume.put(NTH, nth);
  }

  boolean isInTransactionOf(Place other) {
    return transaction == other.transaction;
  }

  /** Of two in one transaction. */
  boolean isAfter(Place other) {
    var byLog = lsn.compareTo(other.lsn);
    return byLog > 0 || (byLog == 0 && nth > other.nth);
  }

  private boolean sharesRecordWith(Place other) {
    return transaction == other.transaction && lsn.equals(other.lsn);
  }

  /** Out of JSON comes an Integer where it suffices. */
  private static long required(Map<String, ?> from, String key) {
    if (from.get(key) instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException("%s is missing in %s".formatted(key, from));
  }
}
