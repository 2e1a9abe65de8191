package onceward.messaging.deadletter;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.MessageRecords;
import onceward.messaging.MessageStoreException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The table {@code parked_message}: the messages that wait behind a dead letter of their key, in
 * the order in which they came.
 *
 * <p>Every method needs an open transaction that has locked the key. Safe for use by many threads.
 */
@Singleton
@Requires(bean = CurrentTransaction.class)
public final class ParkedMessageRows {

  private static final String PARK =
      "insert into parked_message (%s) values (%s)"
          .formatted(RecordColumns.NAMES, RecordColumns.PLACEHOLDERS);

  /** The longest wait first. */
  static final String BY_ARRIVAL = "position";

  /** The lowest version first. */
  static final String BY_VERSION = "version, position";

  private static final String FIRST =
      """
      select * from parked_message
      where consumer = ? and topic = ? and messaging_key_digest(key) = messaging_key_digest(?)
      order by %s limit 1
      """;

  private static final String FIRST_BY_ARRIVAL = FIRST.formatted(BY_ARRIVAL);
  private static final String FIRST_BY_VERSION = FIRST.formatted(BY_VERSION);

  private static final String REMOVE = "delete from parked_message where position = ?";

  private final CurrentTransaction transaction;

  ParkedMessageRows(CurrentTransaction transaction) {
    this.transaction = transaction;
  }

  /** A message that waits, and its place in the order. */
  public record Parked(long position, ConsumerRecord<byte[], byte[]> record) {

    /** Without its content. */
    @Override
    public String toString() {
      return "message %s at %s-%d@%d"
          .formatted(
              MessageRecords.idIn(record).map(UUID::toString).orElse("without an id"),
              record.topic(),
              record.partition(),
              record.offset());
    }
  }

  /** Lets the message wait, last in its key. */
  public void park(String consumer, ConsumerRecord<byte[], byte[]> record) {
    try (var insert = transaction.connection("park a message").prepareStatement(PARK)) {
      RecordColumns.bind(insert, consumer, record);
      insert.executeUpdate();
    } catch (SQLException refused) {
      throw new MessageStoreException("park a message of " + consumer, refused);
    }
  }

  /**
   * The next in line, if any waits.
   *
   * @param byVersion whether the lowest version comes first, and not the longest wait
   */
  public Optional<Parked> first(String consumer, String topic, String key, boolean byVersion) {
    var sql = byVersion ? FIRST_BY_VERSION : FIRST_BY_ARRIVAL;
    try (var select = transaction.connection("read a parked message").prepareStatement(sql)) {
      select.setString(1, consumer);
      select.setString(2, topic);
      select.setString(3, key);
      var row = select.executeQuery();
      return row.next()
          ? Optional.of(new Parked(row.getLong("position"), RecordColumns.read(row)))
          : Optional.empty();
    } catch (SQLException refused) {
      throw new MessageStoreException("read the parked messages of " + consumer, refused);
    }
  }

  /** It waits no longer: it has been handled, or is a dead letter itself. */
  public void remove(Parked parked) {
    try (var delete = transaction.connection("release a message").prepareStatement(REMOVE)) {
      delete.setLong(1, parked.position());
      delete.executeUpdate();
    } catch (SQLException refused) {
      throw new MessageStoreException("release a parked message", refused);
    }
  }
}
