package onceward.relay.capture.pgoutput;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.relay.capture.Resumption;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.capture.pgoutput.PgoutputMessage.Begin;
import onceward.relay.capture.pgoutput.PgoutputMessage.Column;
import onceward.relay.capture.pgoutput.PgoutputMessage.Relation;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import onceward.relay.source.DatabaseSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the messages of one replication stream, in their order, to changes with their places. The
 * places are those that Debezium's engine gives the same changes, so that a capture of the other
 * method goes on behind them. Not thread-safe.
 */
final class ChangeReader {

  private static final Logger log = LoggerFactory.getLogger(ChangeReader.class);

  private final DatabaseSettings database;
  private final long outboxOid;
  private final Resumption resumption;
  private final Set<UUID> discarded;
  private final Map<Integer, Table> tables = new HashMap<>();
  private @Nullable Begin begun;
  private @Nullable Lsn lastCommit;
  private @Nullable LogPlace last;

  /** What a table is to the relay. */
  private sealed interface Table {
    /** The outbox. */
    record Outbox(OutboxTable columns) implements Table {}

    /** The relay's own table, which has a row for each slot. */
    record Canary(int slot, int beat) implements Table {}

    /** Of somebody else, in the same publication. */
    record Foreign() implements Table {}
  }

  /**
   * @param outboxOid which table the outbox is, whatever its name; 0 if that is not known
   * @param discarded rows that are passed over where they cannot be read
   */
  ChangeReader(
      DatabaseSettings database, long outboxOid, Resumption resumption, Set<UUID> discarded) {
    this.database = database;
    this.outboxOid = outboxOid;
    this.resumption = resumption;
    this.discarded = Set.copyOf(discarded);
  }

  /**
   * The change that a message is; null if it is none of the outbox or of a canary.
   *
   * @param at the message's own place in the log
   * @param bytes that the server sent for it
   * @throws UnreadableRowException if it is no readable outbox row
   * @throws onceward.relay.stop.StoppedException if the slot does not go on where the position is
   * @throws IllegalStateException if messages before it are missing: a transaction has no beginning
   *     or no end, or a table is not described
   */
  @Nullable Change read(PgoutputMessage message, Lsn at, int bytes) {
    return switch (message) {
      case PgoutputMessage.Insert insert ->
          switch (table(insert.relation())) {
            case Table.Outbox outbox -> appended(outbox.columns(), insert.row(), at, bytes);
            case Table.Canary canary -> moved(beat(canary, insert.row()), at, bytes);
            case Table.Foreign _ -> null;
          };
      case Begin begin -> {
        if (begun != null) {
          throw missing("began transaction " + begin.transaction());
        }
        begun = begin;
        yield null;
      }
      case PgoutputMessage.Commit(var commit) -> {
        if (!transaction().commit().equals(commit)) {
          throw missing("ended one with its commit at " + commit);
        }
        begun = null;
        lastCommit = at;
        yield null;
      }
      case Relation described -> {
        tables.put(described.oid(), described(described));
        yield null;
      }
      case PgoutputMessage.Update update ->
          changed(update.relation(), update.row(), "u", at, bytes);
      case PgoutputMessage.Delete delete ->
          changed(delete.relation(), delete.key(), "d", at, bytes);
      case PgoutputMessage.Truncate truncate -> truncated(truncate.relations(), at, bytes);
      case PgoutputMessage.Other _ -> null;
    };
  }

  /**
   * By its oid as well: the server tells the name that the table had when the row was inserted. A
   * table that was renamed, and has its own name again, would lose the rows of the time between.
   */
  private Table described(Relation relation) {
    var name = relation.schema() + "." + relation.table();
    if (name.equals(database.table()) || Integer.toUnsignedLong(relation.oid()) == outboxOid) {
      return new Table.Outbox(new OutboxTable(relation.columns()));
    }
    return name.equals(database.canary())
        ? new Table.Canary(
            required("slot", relation.columns()), required("beat", relation.columns()))
        : new Table.Foreign();
  }

  private int required(String name, List<Column> columns) {
    var place = OutboxTable.placeOf(name, columns);
    if (place < 0) {
      throw new IllegalStateException(
          "%s is published without its column %s".formatted(database.canary(), name));
    }
    return place;
  }

  private Table table(int oid) {
    var table = tables.get(oid);
    if (table == null) {
      throw new IllegalStateException(
          "PostgreSQL sent a change of the table with oid %s and did not describe it"
              .formatted(Integer.toUnsignedString(oid)));
    }
    return table;
  }

  private Change appended(OutboxTable outbox, Tuple row, Lsn at, int bytes) {
    var place = next(at);
    var message = resumption.isNew(place) ? message(outbox, row) : null;
    return change(place, message, 0, bytes);
  }

  private Change change(LogPlace place, @Nullable Message message, long beat, int bytes) {
    return new Change(
        place, resumption.behind(place), transaction().committedAt(), message, beat, bytes);
  }

  private @Nullable Message message(OutboxTable outbox, Tuple row) {
    try {
      return outbox.read(row);
    } catch (UnreadableRowException unreadable) {
      passOverIfDiscarded(unreadable);
      return null;
    }
  }

  private Change moved(long beat, Lsn at, int bytes) {
    var place = next(at);
    resumption.isNew(place);
    return change(place, null, beat, bytes);
  }

  private @Nullable Change changed(int relation, Tuple row, String operation, Lsn at, int bytes) {
    return switch (table(relation)) {
      case Table.Outbox outbox -> notInserted(outbox.columns().id(row), operation, at, bytes);
      case Table.Canary canary -> moved(operation.equals("d") ? 0 : beat(canary, row), at, bytes);
      case Table.Foreign _ -> null;
    };
  }

  private @Nullable Change truncated(List<Integer> relations, Lsn at, int bytes) {
    return relations.stream().map(this::table).anyMatch(Table.Outbox.class::isInstance)
        ? notInserted(null, "t", at, bytes)
        : null;
  }

  private Change notInserted(@Nullable String id, String operation, Lsn at, int bytes) {
    var place = next(at);
    if (resumption.isNew(place)) {
      passOverIfDiscarded(UnreadableRowException.notInserted(id, operation));
    }
    return change(place, null, 0, bytes);
  }

  private void passOverIfDiscarded(UnreadableRowException unreadable) {
    if (unreadable.messageId().filter(discarded::contains).isEmpty()) {
      throw unreadable;
    }
    log.info("Passed over, as an operator discarded it: {}", unreadable.getMessage());
  }

  private LogPlace next(Lsn at) {
    var place = new LogPlace(lastCommit, transaction().transaction(), at, 1).following(last);
    last = place;
    return place;
  }

  private Begin transaction() {
    if (begun == null) {
      throw missing("sent a change or an end");
    }
    return begun;
  }

  /**
   * A transaction comes as a whole, and not within another one. The protocol has no other means by
   * which a lost message could be noticed: this one notices those with which a beginning or an end
   * was lost, and the stream is read again from the position.
   */
  private IllegalStateException missing(String what) {
    var before =
        begun == null
            ? "no transaction had begun"
            : "transaction %d, with its commit at %s, had not ended"
                .formatted(begun.transaction(), begun.commit());
    return new IllegalStateException(
        "Messages of the replication stream are missing: PostgreSQL %s, and %s"
            .formatted(what, before));
  }

  /** How often the canary of the slot had been moved; 0 if it is another's. */
  private long beat(Table.Canary canary, Tuple row) {
    var beat = row.text(canary.beat());
    return beat != null && database.slot().equals(row.text(canary.slot()))
        ? Long.parseLong(beat)
        : 0;
  }
}
