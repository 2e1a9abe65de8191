package onceward.relay.capture;

import onceward.relay.database.SourceDatabase;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Tells changes of the canary from those of the outbox, of whichever slot the canary is. */
final class Canary {

  private static final String TABLE = SourceDatabase.CANARY.substring("public.".length());

  private Canary() {}

  static boolean isMeant(SourceRecord record) {
    return record.value() instanceof Struct change
        && TABLE.equals(change.getStruct("source").getString("table"));
  }
}
