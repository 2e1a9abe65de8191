package onceward.relay.capture;

import java.util.HashMap;
import java.util.Map;
import onceward.relay.position.Lsn;
import org.jspecify.annotations.Nullable;

/** What a source offset of Debezium's says. Its keys were read in 3.6.3's PostgresOffsetContext. */
final class Offsets {

  private static final String LAST_COMMIT = "lsn_commit";
  private static final String LAST_CHANGE = "lsn_proc";

  private Offsets() {}

  /** How far Debezium moves the slot when the offset is acknowledged. */
  static Lsn confirmable(Map<String, ?> offset) {
    var lsn = offset.get(LAST_COMMIT) == null ? offset.get(LAST_CHANGE) : offset.get(LAST_COMMIT);
    if (lsn instanceof Long value) {
      return new Lsn(value);
    }
    throw new UnreadableRowException(null, "a change without a place in the log came: " + offset);
  }

  /** The end of the last transaction that came before this change; null if none did. */
  static @Nullable Lsn lastCommit(Map<String, ?> offset) {
    return offset.get(LAST_COMMIT) instanceof Long value ? new Lsn(value) : null;
  }

  /** The whole offset, without what is not set. */
  static Map<String, Object> resume(Map<String, ?> offset) {
    var resume = new HashMap<String, Object>(offset);
    resume.values().removeIf(value -> value == null);
    return resume;
  }
}
