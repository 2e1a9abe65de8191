package onceward.messaging.replay;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Optional;
import onceward.messaging.Statements;

/**
 * The tables {@code restoration} and {@code outbox_lost}. Joins the open transaction if there is
 * one. Safe for use by many threads and processes.
 */
@Singleton
@Requires(bean = TransactionOperations.class)
final class RestorationRows {

  private static final String BEGIN =
      """
      insert into restoration (began_at)
      select now() where not exists (select from restoration where ended_at is null)
      on conflict do nothing
      """;

  private static final String BEGAN = "select began_at from restoration where ended_at is null";

  private static final String END =
      "update restoration set ended_at = now() where ended_at is null";

  private static final String LOST =
      """
      insert into outbox_lost as known (topic, kafka_partition, before_offset) values (?, ?, ?)
      on conflict (topic, kafka_partition) do update
      set before_offset = greatest(known.before_offset, excluded.before_offset), noted_at = now()
      """;

  private final TransactionOperations<Connection> transactions;
  private final Statements statements;

  RestorationRows(TransactionOperations<Connection> transactions) {
    this.transactions = transactions;
    this.statements = new Statements(transactions);
  }

  /** When the present restoration began; it begins now if there is none. */
  Instant begun() {
    return transactions.executeWrite(_ -> {
      statements.write("begin a restoration", BEGIN, insert -> insert.executeUpdate());
      return statements.read(
          "read when the restoration began",
          BEGAN,
          select -> {
            var row = select.executeQuery();
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
          });
    });
  }

  /** When the present restoration began; empty if there is none. */
  Optional<Instant> present() {
    return statements.read(
        "read whether a restoration is under way",
        BEGAN,
        select -> {
          var row = select.executeQuery();
          return row.next()
              ? Optional.of(row.getObject(1, OffsetDateTime.class).toInstant())
              : Optional.empty();
        });
  }

  /** Ends the present restoration; false if there is none. */
  boolean end() {
    return statements.write("end a restoration", END, update -> update.executeUpdate()) == 1;
  }

  /** Notes that the rows of the records in these ranges were lost with an earlier database. */
  void lost(String topic, Collection<ReplayRange> ranges) {
    statements.write(
        "note which records have no rows",
        LOST,
        insert -> {
          for (var range : ranges) {
            insert.setString(1, topic);
            insert.setInt(2, range.partition());
            insert.setLong(3, range.until());
            insert.addBatch();
          }
          return insert.executeBatch();
        });
  }
}
