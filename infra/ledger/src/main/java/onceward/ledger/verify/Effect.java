package onceward.ledger.verify;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.UUID;
import onceward.ledger.sort.Codec;
import onceward.ledger.source.Appended;
import onceward.ledger.source.Ids;

/** That a message was appended because another one was handled. */
record Effect(
    UUID cause, int database, int aggregateType, int type, long key, long transaction, UUID id) {

  /** What the same cause has brought about stands together. */
  static final Comparator<Effect> ORDER =
      Comparator.comparing(Effect::cause, Ids.ORDER)
          .thenComparingInt(Effect::database)
          .thenComparingInt(Effect::aggregateType)
          .thenComparingInt(Effect::type)
          .thenComparingLong(Effect::key)
          .thenComparing(Effect::id, Ids.ORDER);

  static final Codec<Effect> CODEC =
      new Codec<>() {
        @Override
        public int bytes() {
          return 6 * Long.BYTES + 3 * Integer.BYTES;
        }

        @Override
        public void write(Effect entry, ByteBuffer to) {
          to.putLong(entry.cause.getMostSignificantBits())
              .putLong(entry.cause.getLeastSignificantBits())
              .putInt(entry.database)
              .putInt(entry.aggregateType)
              .putInt(entry.type)
              .putLong(entry.key)
              .putLong(entry.transaction)
              .putLong(entry.id.getMostSignificantBits())
              .putLong(entry.id.getLeastSignificantBits());
        }

        @Override
        public Effect read(ByteBuffer from) {
          return new Effect(
              new UUID(from.getLong(), from.getLong()),
              from.getInt(),
              from.getInt(),
              from.getInt(),
              from.getLong(),
              from.getLong(),
              new UUID(from.getLong(), from.getLong()));
        }
      };

  static Effect of(Appended row, UUID cause) {
    return new Effect(
        cause,
        row.database(),
        row.aggregateType(),
        row.type(),
        row.key(),
        row.transaction(),
        row.id());
  }

  /**
   * Whether both are the same message about the same aggregate, appended for the same cause, in two
   * transactions: then the cause was handled twice. A handler may append several such messages, but
   * does that in one transaction; with a savepoint between them it would be taken for two.
   */
  boolean repeats(Effect other) {
    return cause.equals(other.cause)
        && database == other.database
        && aggregateType == other.aggregateType
        && type == other.type
        && key == other.key
        && transaction != other.transaction;
  }
}
