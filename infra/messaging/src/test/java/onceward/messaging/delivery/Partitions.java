package onceward.messaging.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.transaction.TransactionCallback;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Partitions to deliver without a database: no record was a suspect at the start, and what {@link
 * #batch} says becomes of every batch.
 */
@SuppressWarnings("NullAway") // What only a database would be asked for.
public final class Partitions {

  public static final MessagingConfiguration MESSAGING =
      new MessagingConfiguration(
          null,
          GroupProtocol.CLASSIC,
          Duration.ofSeconds(10),
          200,
          4,
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          5,
          true);

  private final Subscription subscription =
      Subscription.of("test", "thing.events").on("Opened", Object.class, (_, _) -> {});

  private final Runnable batch;

  /** Whether there is no memory left, not even to note that a delivery failed. */
  public volatile boolean outOfMemory;

  public Partitions(Runnable batch) {
    this.batch = batch;
  }

  public Subscription subscription() {
    return subscription;
  }

  public PartitionDelivery partition() {
    var meters =
        new SimpleMeterRegistry() {
          @Override
          protected Counter newCounter(Meter.Id id) {
            if (outOfMemory) {
              throw new OutOfMemoryError();
            }
            return super.newCounter(id);
          }
        };
    var deliveries = new DeliveryMeters(meters, Clock.systemUTC());
    var killSwitch =
        new KillSwitch(
            subscription, new KillSwitchConfiguration(0.2, 1_000, Duration.ofSeconds(10)));
    var trouble =
        new PartitionTrouble(
            subscription,
            null,
            killSwitch,
            deliveries,
            MESSAGING,
            Clock.systemUTC(),
            System::nanoTime);
    Transactions starts = OptionalLong::empty;
    Transactions handling =
        () -> {
          batch.run();
          return new Tally();
        };
    return new PartitionDelivery(
        subscription,
        new HandleOnce(handling, null, null, null, null),
        null,
        new DeliveryStarts(starts),
        killSwitch,
        deliveries,
        trouble);
  }

  /** A message of the type {@code Opened}. */
  public static ConsumerRecord<byte[], byte[]> record(int partition, long offset) {
    var message =
        new Message(
            UUID.randomUUID(), "thing", "a", offset + 1, "Opened", "{}", MessageContext.NONE);
    var published = MessageRecords.toRecord(message, "/onceward/test");
    var record =
        new ConsumerRecord<>(
            message.topic(), partition, offset, published.key(), published.value());
    published.headers().forEach(record.headers()::add);
    return record;
  }

  /** Transactions that come to this result, without doing what they are asked. */
  private interface Transactions extends TransactionOperations<Connection> {

    Object result();

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    default <R> R execute(
        TransactionDefinition definition, TransactionCallback<Connection, R> callback) {
      return (R) result();
    }

    @Override
    default @Nullable Connection getConnection() {
      return null;
    }

    @Override
    default boolean hasConnection() {
      return false;
    }

    @Override
    default Optional<? extends TransactionStatus<?>> findTransactionStatus() {
      return Optional.empty();
    }
  }
}
