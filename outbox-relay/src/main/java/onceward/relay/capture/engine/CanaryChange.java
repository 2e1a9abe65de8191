package onceward.relay.capture.engine;

import java.util.Set;
import onceward.relay.source.SourceDatabase;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Tells changes of the canary from those of the outbox, and how often it has been moved. */
final class CanaryChange {

  static final Set<String> COLUMNS = Set.of("slot", "beat");

  private static final String TABLE = SourceDatabase.CANARY;

  private CanaryChange() {}

  /** Whether it is a canary, of whichever slot. */
  static boolean isMeant(SourceRecord record) {
    return record.value() instanceof Struct change
        && TABLE.equals(change.getStruct("source").getString("table"));
  }

  /** How often the canary of the slot had been moved; 0 if it is another's. */
  static long beat(SourceRecord record, String slot) {
    var row = ((Struct) record.value()).getStruct("after");
    return row != null && slot.equals(row.getString("slot")) ? row.getInt64("beat") : 0;
  }
}
