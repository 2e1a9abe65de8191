package onceward.messaging.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import onceward.messaging.Message;
import onceward.messaging.MessageRecords;
import onceward.messaging.testkit.TestServers;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes as the relay would, without waiting for each message. Closing it waits for all, and
 * fails if Kafka refused one. Safe for use by many threads.
 */
public final class BulkPublisher implements AutoCloseable {

  private final Queue<Exception> refused = new ConcurrentLinkedQueue<>();
  private final KafkaProducer<byte[], byte[]> producer =
      new KafkaProducer<>(
          Map.of(
              ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
              TestServers.kafka().bootstrapServers(),
              ProducerConfig.LINGER_MS_CONFIG,
              1),
          new ByteArraySerializer(),
          new ByteArraySerializer());

  /** Sends the message; those of one aggregate arrive in the order in which they are sent. */
  public void publish(Message message) {
    var _ =
        producer.send(
            MessageRecords.toRecord(message, "/onceward/test"),
            (_, failure) -> {
              if (failure != null) {
                refused.add(failure);
              }
            });
  }

  @Override
  public void close() {
    producer.close();
    assertThat(refused).isEmpty();
  }
}
