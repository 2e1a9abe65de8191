package onceward.messaging.delivery;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import onceward.messaging.MessageStoreException;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Notes where the processes of a consumer began, so that a message that kills the process is
 * noticed: a dead process cannot count in memory. Each mark is a transaction of its own, before the
 * delivery that it tells of.
 */
@Singleton
@Requires(bean = TransactionOperations.class)
final class DeliveryStarts {

  /** Starts at one place after which messages are handled one by one. */
  private static final int SUSPECT = 2;

  private static final String READ =
      """
      select kafka_offset, alone and starts > 0 from delivery_start
      where consumer = ? and topic = ? and kafka_partition = ?
      """;

  private static final String MARK =
      """
      insert into delivery_start as last (consumer, topic, kafka_partition, kafka_offset, alone, starts)
      values (?, ?, ?, ?, ?, 1)
      on conflict (consumer, topic, kafka_partition) do update
      set kafka_offset = excluded.kafka_offset, alone = excluded.alone,
          starts = case when last.kafka_offset = excluded.kafka_offset and last.alone = excluded.alone
                        then last.starts + 1 else 1 end
      returning starts
      """;

  private static final String SURVIVED =
      """
      update delivery_start set starts = 0
      where consumer = ? and topic = ? and kafka_partition = ?
      """;

  private final TransactionOperations<Connection> transactions;

  DeliveryStarts(TransactionOperations<Connection> transactions) {
    this.transactions = transactions;
  }

  /**
   * Notes that a process begins with these records of a partition.
   *
   * @return the offset of the first that may have killed the processes before; empty if none has
   */
  OptionalLong firstSuspect(
      Subscription subscription, List<ConsumerRecord<byte[], byte[]>> records) {
    return transactions.executeWrite(transaction -> {
      var connection = transaction.getConnection();
      var last = read(connection, subscription, records.getFirst());
      if (last.isPresent() && last.get().alone() && isWithin(last.get().offset(), records)) {
        return OptionalLong.of(last.get().offset());
      }
      var first = records.getFirst();
      return mark(connection, subscription, first, false) >= SUSPECT
          ? OptionalLong.of(first.offset())
          : OptionalLong.empty();
    });
  }

  /** Notes that this record is about to be handled alone, and returns how often it has been. */
  int alone(Subscription subscription, ConsumerRecord<byte[], byte[]> record) {
    return transactions.executeWrite(
        transaction -> mark(transaction.getConnection(), subscription, record, true));
  }

  /** Notes that the start in the partition of this record did not end the process. */
  void survived(Subscription subscription, ConsumerRecord<byte[], byte[]> record) {
    transactions.executeWrite(transaction -> {
      try (var update = transaction.getConnection().prepareStatement(SURVIVED)) {
        update.setString(1, subscription.consumer());
        update.setString(2, record.topic());
        update.setInt(3, record.partition());
        return update.executeUpdate();
      } catch (SQLException refused) {
        throw new MessageStoreException("note that " + subscription + " lives", refused);
      }
    });
  }

  private record Mark(long offset, boolean alone) {}

  private static Optional<Mark> read(
      Connection connection, Subscription subscription, ConsumerRecord<?, ?> first) {
    try (var select = connection.prepareStatement(READ)) {
      select.setString(1, subscription.consumer());
      select.setString(2, first.topic());
      select.setInt(3, first.partition());
      var row = select.executeQuery();
      return row.next()
          ? Optional.of(new Mark(row.getLong(1), row.getBoolean(2)))
          : Optional.empty();
    } catch (SQLException refused) {
      throw new MessageStoreException("read where " + subscription + " began", refused);
    }
  }

  private static int mark(
      Connection connection,
      Subscription subscription,
      ConsumerRecord<?, ?> record,
      boolean alone) {
    try (var insert = connection.prepareStatement(MARK)) {
      insert.setString(1, subscription.consumer());
      insert.setString(2, record.topic());
      insert.setInt(3, record.partition());
      insert.setLong(4, record.offset());
      insert.setBoolean(5, alone);
      var row = insert.executeQuery();
      row.next();
      return row.getInt(1);
    } catch (SQLException refused) {
      throw new MessageStoreException("note where " + subscription + " begins", refused);
    }
  }

  private static boolean isWithin(long offset, List<ConsumerRecord<byte[], byte[]>> records) {
    return records.getFirst().offset() <= offset && offset <= records.getLast().offset();
  }
}
