package onceward.messaging.replay;

import static java.util.Objects.requireNonNull;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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

  // Offsets of a topic mean nothing in another one of its name.
  private static final String FORGET_OTHER_TOPIC =
      """
      update outbox_lost set topic_id = ?, from_offset = 0, before_offset = 0, rows_until = 0
      where topic = ? and topic_id <> ?
      """;

  private static final String ROWS_UNTIL =
      """
      insert into outbox_lost as known (topic, kafka_partition, topic_id, before_offset, rows_until)
      values (?, ?, ?, 0, ?)
      on conflict (topic, kafka_partition) do update
      set topic_id = excluded.topic_id, rows_until = greatest(known.rows_until, excluded.rows_until)
      """;

  // Two ranges become one: the rows of an earlier loss are missing still.
  private static final String LOST =
      """
      insert into outbox_lost as known (topic, kafka_partition, topic_id, from_offset, before_offset)
      values (?, ?, ?, ?, ?)
      on conflict (topic, kafka_partition) do update
      set topic_id = excluded.topic_id, noted_at = now(),
          from_offset = case when known.before_offset = 0 then greatest(known.rows_until, excluded.from_offset)
            else least(known.from_offset, greatest(known.rows_until, excluded.from_offset)) end,
          before_offset = greatest(known.before_offset, excluded.before_offset)
      where known.rows_until < excluded.before_offset
      """;

  private static final String WITH_ROW = "select id from outbox where id = any (?)";

  private final TransactionOperations<Connection> transactions;
  private final Statements statements;

  RestorationRows(TransactionOperations<Connection> transactions) {
    this.transactions = transactions;
    this.statements = new Statements(transactions);
  }

  /**
   * When the present restoration began; it begins now if there is none.
   *
   * @param onBegin done in the same transaction if it begins now
   */
  Instant begun(Runnable onBegin) {
    return transactions.executeWrite(_ -> {
      if (statements.write("begin a restoration", BEGIN, insert -> insert.executeUpdate()) == 1) {
        onBegin.run();
      }
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

  /** Which of these messages have a row in the outbox of this database. */
  Set<UUID> withRow(Collection<UUID> messages) {
    return statements.read(
        "look for rows of the outbox",
        WITH_ROW,
        select -> {
          select.setArray(1, select.getConnection().createArrayOf("uuid", messages.toArray()));
          var rows = select.executeQuery();
          var found = new HashSet<UUID>();
          while (rows.next()) {
            found.add(requireNonNull(rows.getObject(1, UUID.class)));
          }
          return found;
        });
  }

  /**
   * Notes behind which offset the step has found no row yet.
   *
   * @param until by partition, behind the last record with a row
   */
  void rowsUntil(String topic, UUID topicId, Map<Integer, Long> until) {
    if (!until.isEmpty()) {
      forgetOther(topic, topicId);
      statements.write(
          "note which records have rows",
          ROWS_UNTIL,
          insert -> {
            for (var one : until.entrySet()) {
              insert.setString(1, topic);
              insert.setInt(2, one.getKey());
              insert.setObject(3, topicId);
              insert.setLong(4, one.getValue());
              insert.addBatch();
            }
            return insert.executeBatch();
          });
    }
  }

  /**
   * Notes that the rows of the records in these ranges were lost with an earlier database: of those
   * behind the last record that has a row.
   */
  void lost(String topic, UUID topicId, Collection<ReplayRange> ranges) {
    forgetOther(topic, topicId);
    statements.write(
        "note which records have no rows",
        LOST,
        insert -> {
          for (var range : ranges) {
            if (range.until() > range.from()) {
              insert.setString(1, topic);
              insert.setInt(2, range.partition());
              insert.setObject(3, topicId);
              insert.setLong(4, range.from());
              insert.setLong(5, range.until());
              insert.addBatch();
            }
          }
          return insert.executeBatch();
        });
  }

  private void forgetOther(String topic, UUID topicId) {
    statements.write(
        "forget an earlier topic of the name",
        FORGET_OTHER_TOPIC,
        update -> {
          update.setObject(1, topicId);
          update.setString(2, topic);
          update.setObject(3, topicId);
          return update.executeUpdate();
        });
  }
}
