package onceward.relay.capture.engine;

import java.util.Map;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import org.jspecify.annotations.Nullable;

/** What a source offset of Debezium's says. Its keys were read in 3.6.3's PostgresOffsetContext. */
final class Offsets {

  private static final String COMMIT = "lsn_commit";
  private static final String CHANGE = "lsn";
  private static final String TRANSACTION = "txId";

  private Offsets() {}

  /**
   * The place of a change.
   *
   * @param previous of the change before it; null if there was none
   */
  static LogPlace place(Map<String, ?> offset, @Nullable LogPlace previous) {
    return new LogPlace(
            offset.get(COMMIT) instanceof Number commit ? new Lsn(commit.longValue()) : null,
            required(offset, TRANSACTION),
            new Lsn(required(offset, CHANGE)),
            1)
        .following(previous);
  }

  private static long required(Map<String, ?> offset, String key) {
    if (offset.get(key) instanceof Number number) {
      return number.longValue();
    }
    throw new UnreadableRowException(null, "a change without a place in the log came: " + offset);
  }
}
