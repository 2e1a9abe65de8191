package onceward.messaging.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import onceward.messaging.MessageRecords;
import onceward.messaging.inbox.Inbox;
import onceward.messaging.key.ConsumedKey;
import onceward.messaging.key.KeyState.Parked;
import onceward.messaging.key.LastVersion;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a dead letter of a record that cannot be handled, and parks the key of the record. Claim,
 * letter and parked key are one transaction. Safe for use by many threads and processes.
 */
@Singleton
@Requires(beans = {Inbox.class, TransactionOperations.class})
public final class DeadLetterWriter {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterWriter.class);

  private final TransactionOperations<Connection> transactions;
  private final Inbox inbox;
  private final DeadLetterRows deadLetters;
  private final ConsumedKeyRows keys;

  DeadLetterWriter(
      TransactionOperations<Connection> transactions,
      Inbox inbox,
      DeadLetterRows deadLetters,
      ConsumedKeyRows keys) {
    this.transactions = transactions;
    this.inbox = inbox;
    this.deadLetters = deadLetters;
    this.keys = keys;
  }

  /** Writes the letter, unless the message has been handled or has become a letter by now. */
  public void write(
      Subscription subscription, ConsumerRecord<byte[], byte[]> record, Failure failure) {
    transactions.executeWrite(_ -> {
      var claims = inbox.claim(subscription.consumer(), List.of(idOf(record)));
      if (!claims.granted().isEmpty() || !claims.tooOld().isEmpty()) {
        add(subscription, record, failure);
      }
      return null;
    });
  }

  private void add(
      Subscription subscription, ConsumerRecord<byte[], byte[]> record, Failure failure) {
    var key = MessageRecords.keyOf(record);
    var id =
        key == null
            ? deadLetters.add(subscription.consumer(), record, failure)
            : addAndPark(subscription, key, record, failure);
    log.warn(
        "{} makes a dead letter of {}-{} offset {} and parks its key: {}, {} attempts, {}; letter {}",
        subscription,
        record.topic(),
        record.partition(),
        record.offset(),
        failure.reason().text(),
        failure.attempts(),
        failure.exception(),
        id);
  }

  /** Locks the key before its letters, as every transaction does. The key may have no row yet. */
  private UUID addAndPark(
      Subscription subscription,
      String name,
      ConsumerRecord<byte[], byte[]> record,
      Failure failure) {
    var parked =
        new ConsumedKey(name, new Parked(), new LastVersion(subscription.versions(), null));
    keys.store(subscription, parked);
    var id = deadLetters.add(subscription.consumer(), record, failure);
    var first = deadLetters.lockFirst(subscription, name);
    keys.storeIfChanged(subscription, parked, parked.onLetters(ConsumedKeyRows.openLetter(first)));
    return id;
  }

  /** A record that names no message is claimed by its place. */
  private static UUID idOf(ConsumerRecord<?, ?> record) {
    return MessageRecords.idIn(record)
        .orElseGet(() -> {
          var place =
              record.topic()
                  + record.partition()
                  + ":"
                  + record.offset()
                  + ":"
                  + record.timestamp();
          return UUID.nameUUIDFromBytes(place.getBytes(UTF_8));
        });
  }
}
