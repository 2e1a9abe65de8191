package onceward.messaging.offsets;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.MessageStoreException;

/**
 * {@link PartitionMemory} in the service's own database. Each method is a transaction of its own.
 */
@Singleton
@Requires(bean = TransactionOperations.class)
final class ConsumedPartitions implements PartitionMemory {

  private static final String READ =
      """
      select kafka_partition, topic_id, next_offset from consumed_partition
      where consumer = ? and topic = ?
      """;

  private static final String STOPS =
      """
      select kafka_partition, cause, from_offset, until_offset, accepted_at is not null
      from lost_records where consumer = ? and topic = ? and resumed_at is null
      """;

  private static final String NO_LONGER_HANDLES =
      """
      update consumed_type set handled_until = now()
      where consumer = ? and topic = ? and handled_until is null and type <> all (?)
      """;

  // A type that comes back was skipped meanwhile.
  private static final String HANDLES =
      """
      insert into consumed_type as known (consumer, topic, type, handled_since)
      select ?, ?, type,
             case when exists (select from consumed_partition
                               where consumer = ? and topic = ? and topic_id is not null) then now() end
      from unnest(?::text[]) type order by type
      on conflict (consumer, topic, type) do update
      set handled_since = excluded.handled_since, handled_until = null
      where known.handled_until is not null
      """;

  // The row of another member that was faster stands, unless the row names no topic id.
  private static final String REMEMBER =
      """
      insert into consumed_partition as known (consumer, topic, kafka_partition, topic_id, next_offset)
      values (?, ?, ?, ?, ?)
      on conflict (consumer, topic, kafka_partition) do update
      set topic_id = excluded.topic_id, next_offset = excluded.next_offset, noted_at = now()
      where known.topic_id is null
      """;

  // Never backwards: this member may have lost the partition to another one meanwhile.
  private static final String NOTE =
      """
      update consumed_partition set next_offset = greatest(next_offset, ?), noted_at = now()
      where consumer = ? and topic = ? and kafka_partition = ? and topic_id = ?
      """;

  private static final String STOP =
      """
      insert into lost_records (consumer, topic, kafka_partition, cause, from_offset, until_offset)
      values (?, ?, ?, ?, ?, ?)
      on conflict (consumer, topic, kafka_partition) where resumed_at is null do nothing
      """;

  private static final String ACCEPT =
      """
      update lost_records set accepted_at = now()
      where consumer = ? and topic = ? and resumed_at is null and accepted_at is null
      returning kafka_partition, cause, from_offset, until_offset, true
      """;

  // A database from before does not know a partition that was added since.
  private static final String BEGIN_ANEW =
      """
      insert into consumed_partition (topic_id, next_offset, consumer, topic, kafka_partition)
      values (?, ?, ?, ?, ?)
      on conflict (consumer, topic, kafka_partition) do update
      set topic_id = excluded.topic_id, next_offset = excluded.next_offset, noted_at = now()
      """;

  private static final String RESUME =
      """
      update lost_records set resumed_at = now(), resumed_offset = ?
      where consumer = ? and topic = ? and kafka_partition = ? and resumed_at is null
      """;

  private static final String RESTORED =
      """
      update lost_records set resumed_at = now(), resumed_offset = ?
      where consumer = ? and topic = ? and kafka_partition = ? and resumed_at is null
      and cause = 'database-rewound'
      """;

  private final TransactionOperations<Connection> transactions;

  ConsumedPartitions(TransactionOperations<Connection> transactions) {
    this.transactions = transactions;
  }

  @Override
  public Memory read(String consumer, String topic) {
    return transactions.executeRead(transaction -> {
      var connection = transaction.getConnection();
      return new Memory(
          remembered(connection, consumer, topic), stops(connection, consumer, topic));
    });
  }

  @Override
  public void handles(String consumer, String topic, Set<String> types) {
    transactions.executeWrite(transaction -> {
      var connection = transaction.getConnection();
      var attempted = "note what " + consumer + " handles";
      run(
          connection,
          attempted,
          NO_LONGER_HANDLES,
          update -> {
            update.setString(1, consumer);
            update.setString(2, topic);
            update.setArray(3, connection.createArrayOf("text", types.toArray()));
            return update.executeUpdate();
          });
      return run(
          connection,
          attempted,
          HANDLES,
          insert -> {
            insert.setString(1, consumer);
            insert.setString(2, topic);
            insert.setString(3, consumer);
            insert.setString(4, topic);
            insert.setArray(5, connection.createArrayOf("text", types.toArray()));
            return insert.executeUpdate();
          });
    });
  }

  @Override
  public Set<Integer> accepted(String consumer, String topic) {
    return transactions.executeRead(transaction -> {
      var accepted = new HashSet<Integer>();
      stops(transaction.getConnection(), consumer, topic)
          .forEach((partition, stop) -> {
            if (stop.accepted()) {
              accepted.add(partition);
            }
          });
      return accepted;
    });
  }

  @Override
  public void remember(
      String consumer, String topic, UUID topicId, Map<Integer, Long> nextOffsets) {
    transactions.executeWrite(transaction ->
        batch(
            transaction.getConnection(),
            "remember the partitions of " + topic,
            REMEMBER,
            nextOffsets,
            (insert, partition, offset) -> {
              insert.setString(1, consumer);
              insert.setString(2, topic);
              insert.setInt(3, partition);
              insert.setObject(4, topicId);
              insert.setLong(5, offset);
            }));
  }

  /** In one transaction: the database cannot become another one between the look and the note. */
  @Override
  public Map<Integer, Long> note(
      String consumer,
      String topic,
      UUID topicId,
      Map<Integer, Long> nextOffsets,
      Map<Integer, Long> known) {
    return transactions.executeWrite(transaction -> {
      var connection = transaction.getConnection();
      var before = noted(connection, consumer, topic, topicId);
      var hasForgotten =
          known.entrySet().stream()
              .anyMatch(one -> before.getOrDefault(one.getKey(), -1L) < one.getValue());
      if (hasForgotten || nextOffsets.isEmpty()) {
        return before;
      }
      note(connection, consumer, topic, topicId, nextOffsets);
      // Another member may have been further.
      return noted(connection, consumer, topic, topicId);
    });
  }

  @Override
  public void restored(
      String consumer, String topic, UUID topicId, Map<Integer, Long> nextOffsets) {
    transactions.executeWrite(transaction -> {
      var connection = transaction.getConnection();
      note(connection, consumer, topic, topicId, nextOffsets);
      return batch(
          connection,
          "end the stops of " + consumer + " in " + topic,
          RESTORED,
          nextOffsets,
          (update, partition, offset) -> {
            update.setLong(1, offset);
            bindPlace(update, 2, consumer, topic, partition);
          });
    });
  }

  private static void note(
      Connection connection,
      String consumer,
      String topic,
      UUID topicId,
      Map<Integer, Long> nextOffsets) {
    batch(
        connection,
        "note how far " + consumer + " is in " + topic,
        NOTE,
        nextOffsets,
        (update, partition, offset) -> {
          update.setLong(1, offset);
          bindPlace(update, 2, consumer, topic, partition);
          update.setObject(5, topicId);
        });
  }

  private static Map<Integer, Long> noted(
      Connection connection, String consumer, String topic, UUID topicId) {
    var noted = new HashMap<Integer, Long>();
    remembered(connection, consumer, topic)
        .forEach((partition, remembered) -> {
          if (topicId.equals(remembered.topicId())) {
            noted.put(partition, remembered.nextOffset());
          }
        });
    return noted;
  }

  @Override
  public void stop(String consumer, String topic, int partition, Loss loss) {
    transactions.executeWrite(transaction ->
        run(
            transaction.getConnection(),
            "note that records of " + topic + " are gone",
            STOP,
            insert -> {
              insert.setString(1, consumer);
              insert.setString(2, topic);
              insert.setInt(3, partition);
              insert.setString(4, loss.cause().text());
              insert.setLong(5, loss.from());
              insert.setObject(6, loss.until());
              return insert.executeUpdate();
            }));
  }

  @Override
  public Map<Integer, Loss> accept(String consumer, String topic) {
    return transactions.executeWrite(transaction -> {
      var accepted = new HashMap<Integer, Loss>();
      query(transaction.getConnection(), ACCEPT, consumer, topic)
          .forEach(row -> accepted.put(row.partition(), row.stop().loss()));
      return accepted;
    });
  }

  @Override
  public void beginAnew(String consumer, String topic, int partition, UUID topicId, long offset) {
    transactions.executeWrite(transaction -> {
      var attempted = "note where " + consumer + " goes on in " + topic;
      run(
          transaction.getConnection(),
          attempted,
          BEGIN_ANEW,
          update -> {
            update.setObject(1, topicId);
            update.setLong(2, offset);
            bindPlace(update, 3, consumer, topic, partition);
            return update.executeUpdate();
          });
      return run(
          transaction.getConnection(),
          attempted,
          RESUME,
          update -> {
            update.setLong(1, offset);
            bindPlace(update, 2, consumer, topic, partition);
            return update.executeUpdate();
          });
    });
  }

  private static void bindPlace(
      PreparedStatement statement, int first, String consumer, String topic, int partition)
      throws SQLException {
    statement.setString(first, consumer);
    statement.setString(first + 1, topic);
    statement.setInt(first + 2, partition);
  }

  private static Map<Integer, Remembered> remembered(
      Connection connection, String consumer, String topic) {
    return run(
        connection,
        "read how far " + consumer + " is in " + topic,
        READ,
        select -> {
          select.setString(1, consumer);
          select.setString(2, topic);
          var rows = select.executeQuery();
          var read = new HashMap<Integer, Remembered>();
          while (rows.next()) {
            read.put(
                rows.getInt(1), new Remembered(rows.getObject(2, UUID.class), rows.getLong(3)));
          }
          return read;
        });
  }

  private static Map<Integer, Stop> stops(Connection connection, String consumer, String topic) {
    var stops = new HashMap<Integer, Stop>();
    query(connection, STOPS, consumer, topic)
        .forEach(row -> stops.put(row.partition(), row.stop()));
    return stops;
  }

  private record StopRow(int partition, Stop stop) {}

  private static List<StopRow> query(
      Connection connection, String sql, String consumer, String topic) {
    return run(
        connection,
        "look for partitions of " + topic + " that are stopped",
        sql,
        select -> {
          select.setString(1, consumer);
          select.setString(2, topic);
          var rows = select.executeQuery();
          var read = new ArrayList<StopRow>();
          while (rows.next()) {
            read.add(new StopRow(rows.getInt(1), new Stop(loss(rows), rows.getBoolean(5))));
          }
          return read;
        });
  }

  private static Loss loss(ResultSet row) throws SQLException {
    var until = row.getObject(4, Long.class);
    return new Loss(Loss.Cause.of(row.getString(2)), row.getLong(3), until);
  }

  private interface Binding {
    void bind(PreparedStatement statement, int partition, long offset) throws SQLException;
  }

  private static int batch(
      Connection connection,
      String attempted,
      String sql,
      Map<Integer, Long> offsets,
      Binding binding) {
    return run(
        connection,
        attempted,
        sql,
        statement -> {
          // In one order, so that two members cannot wait for each other.
          for (var partition : offsets.keySet().stream().sorted().toList()) {
            binding.bind(statement, partition, offsets.getOrDefault(partition, 0L));
            statement.addBatch();
          }
          return statement.executeBatch().length;
        });
  }

  private interface Statement<T> {
    T run(PreparedStatement statement) throws SQLException;
  }

  private static <T> T run(Connection connection, String attempted, String sql, Statement<T> work) {
    try (var statement = connection.prepareStatement(sql)) {
      return work.run(statement);
    } catch (SQLException refused) {
      throw new MessageStoreException(attempted, refused);
    }
  }
}
