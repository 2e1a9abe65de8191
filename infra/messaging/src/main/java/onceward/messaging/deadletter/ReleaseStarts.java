package onceward.messaging.deadletter;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionDefinition.Propagation;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.MessageStoreException;
import onceward.messaging.handling.KilledProcessException;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table {@code release_start}: the messages that processes have begun to release, so that a
 * message that kills the process is noticed. A dead process cannot count in memory.
 *
 * <p>A mark is written and removed in a transaction of its own, within the transaction that has
 * locked the key: no two processes that live count at one message. So a caller needs a second
 * connection; one thread at a time may {@link #begin}.
 */
@Singleton
@Requires(beans = {CurrentTransaction.class, TransactionOperations.class})
final class ReleaseStarts {

  private static final Logger log = LoggerFactory.getLogger(ReleaseStarts.class);

  private static final TransactionDefinition OF_ITS_OWN =
      TransactionDefinition.of(Propagation.REQUIRES_NEW);

  private static final String MARK =
      """
      insert into release_start as last (consumer, topic, kafka_partition, kafka_offset, starts)
      values (?, ?, ?, ?, 1)
      on conflict (consumer, topic, kafka_partition, kafka_offset) do update
      set starts = last.starts + 1
      returning starts
      """;

  private static final String FORGET =
      """
      delete from release_start
      where consumer = ? and topic = ? and kafka_partition = ? and kafka_offset = ?
      """;

  private final TransactionOperations<Connection> transactions;
  private final CurrentTransaction transaction;
  private @Nullable Place begun;

  ReleaseStarts(TransactionOperations<Connection> transactions, CurrentTransaction transaction) {
    this.transactions = transactions;
    this.transaction = transaction;
  }

  private record Place(String consumer, String topic, int partition, long offset) {}

  /**
   * Notes that this process is about to handle the record.
   *
   * @return whether it may; false if so many processes have ended at the record that this one would
   *     end, too
   */
  boolean begin(Subscription subscription, ConsumerRecord<?, ?> record) {
    var place =
        new Place(subscription.consumer(), record.topic(), record.partition(), record.offset());
    var last = begun;
    var starts =
        transactions.execute(
            OF_ITS_OWN,
            marking -> {
              if (last != null) {
                // Its removal failed, or went with the transaction. The process lives.
                forget(marking.getConnection(), last);
              }
              return mark(marking.getConnection(), place);
            });
    var mayGoOn = starts <= KilledProcessException.STARTS_MAX;
    begun = mayGoOn ? place : null;
    return mayGoOn;
  }

  /** Notes that what has begun did not end the process. Does not throw. */
  void survived() {
    var last = begun;
    if (last == null) {
      return;
    }
    try {
      transactions.execute(OF_ITS_OWN, marking -> forget(marking.getConnection(), last));
      begun = null;
    } catch (RuntimeException notNow) {
      log.debug("could not note that the process lives; the next start notes it", notNow);
    }
  }

  /** Removes the mark of a message in the open transaction, which settles the message. */
  void forget(String consumer, ConsumerRecord<?, ?> record) {
    forget(new Place(consumer, record.topic(), record.partition(), record.offset()));
  }

  /** Removes the mark of a letter in the open transaction, which settles the letter. */
  void forget(DeadLetter letter) {
    forget(new Place(letter.consumer(), letter.topic(), letter.partition(), letter.offset()));
  }

  private void forget(Place place) {
    forget(transaction.connection("forget the start of a release"), place);
  }

  private static int forget(Connection connection, Place place) {
    try (var delete = connection.prepareStatement(FORGET)) {
      bind(delete, place);
      return delete.executeUpdate();
    } catch (SQLException refused) {
      throw new MessageStoreException("forget the start of a release", refused);
    }
  }

  private static int mark(Connection connection, Place place) {
    try (var insert = connection.prepareStatement(MARK)) {
      bind(insert, place);
      var row = insert.executeQuery();
      row.next();
      return row.getInt(1);
    } catch (SQLException refused) {
      throw new MessageStoreException("note the start of a release", refused);
    }
  }

  private static void bind(PreparedStatement statement, Place place) throws SQLException {
    statement.setString(1, place.consumer());
    statement.setString(2, place.topic());
    statement.setInt(3, place.partition());
    statement.setLong(4, place.offset());
  }
}
