package onceward.relay.capture.pgoutput;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import onceward.relay.capture.pgoutput.PgoutputMessage.Begin;
import onceward.relay.capture.pgoutput.PgoutputMessage.Column;
import onceward.relay.capture.pgoutput.PgoutputMessage.Commit;
import onceward.relay.capture.pgoutput.PgoutputMessage.Delete;
import onceward.relay.capture.pgoutput.PgoutputMessage.Insert;
import onceward.relay.capture.pgoutput.PgoutputMessage.Other;
import onceward.relay.capture.pgoutput.PgoutputMessage.Relation;
import onceward.relay.capture.pgoutput.PgoutputMessage.Truncate;
import onceward.relay.capture.pgoutput.PgoutputMessage.Update;
import onceward.relay.position.Lsn;

/**
 * Reads the bytes of version 1 of the protocol of {@code pgoutput} (PostgreSQL's manual, chapter
 * "Logical Replication Message Formats"). Knows nothing of what was read before.
 */
final class PgoutputDecoder {

  private static final Instant POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z");

  private PgoutputDecoder() {}

  /**
   * One message.
   *
   * @param from holds the message in an array; the message may keep the array
   * @throws IllegalStateException for what this version of the protocol does not have
   */
  static PgoutputMessage decode(ByteBuffer from) {
    var kind = from.get();
    return switch (kind) {
      case 'I' -> insert(from);
      case 'B' -> begin(from);
      case 'C' -> commit(from);
      case 'R' -> relation(from);
      case 'U' -> update(from);
      case 'D' -> delete(from);
      case 'T' -> truncate(from);
      case 'O', 'Y', 'M' -> new Other();
      default ->
          throw new IllegalStateException(
              "PostgreSQL sent a message of kind '%c', which version 1 of the protocol does not have"
                  .formatted((char) kind));
    };
  }

  private static Begin begin(ByteBuffer from) {
    var commit = new Lsn(from.getLong());
    var microseconds = from.getLong();
    return new Begin(
        Integer.toUnsignedLong(from.getInt()),
        commit,
        POSTGRES_EPOCH.plus(microseconds, ChronoUnit.MICROS));
  }

  private static Commit commit(ByteBuffer from) {
    from.get(); // flags, which the protocol does not use
    return new Commit(new Lsn(from.getLong()));
  }

  private static Relation relation(ByteBuffer from) {
    var oid = from.getInt();
    var schema = name(from);
    var table = name(from);
    from.get(); // the replica identity
    var count = from.getShort();
    var columns = new ArrayList<Column>(count);
    for (var column = 0; column < count; column++) {
      from.get(); // whether it is part of the key
      columns.add(new Column(name(from), from.getInt()));
      from.getInt(); // the type's modifier
    }
    return new Relation(oid, schema, table, List.copyOf(columns));
  }

  private static Insert insert(ByteBuffer from) {
    var relation = from.getInt();
    from.get(); // N: the new row
    return new Insert(relation, Tuple.read(from));
  }

  private static Update update(ByteBuffer from) {
    var relation = from.getInt();
    if (from.get() != 'N') {
      Tuple.read(from); // the row before, or its key
      from.get();
    }
    return new Update(relation, Tuple.read(from));
  }

  private static Delete delete(ByteBuffer from) {
    var relation = from.getInt();
    from.get(); // O: the row before; K: its key
    return new Delete(relation, Tuple.read(from));
  }

  private static Truncate truncate(ByteBuffer from) {
    var count = from.getInt();
    from.get(); // how it was done
    var relations = new ArrayList<Integer>();
    for (var table = 0; table < count; table++) {
      relations.add(from.getInt());
    }
    return new Truncate(List.copyOf(relations));
  }

  /** Up to a byte of zero. */
  private static String name(ByteBuffer from) {
    var start = from.position();
    while (from.get() != 0) {
      // The position moves.
    }
    return new String(from.array(), from.arrayOffset() + start, from.position() - 1 - start, UTF_8);
  }
}
