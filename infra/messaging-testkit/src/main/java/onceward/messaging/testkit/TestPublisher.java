package onceward.messaging.testkit;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import onceward.messaging.Message;
import onceward.messaging.MessageRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Puts a message on its topic as the relay would, and returns when Kafka has it. */
final class TestPublisher {

  private TestPublisher() {}

  static void publish(String bootstrapServers, Message message) {
    var settings =
        Map.<String, Object>of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
            ProducerConfig.LINGER_MS_CONFIG, 0,
            ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(MessageRecords.toRecord(message, "/onceward/test")).get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while publishing " + message, interrupted);
    } catch (ExecutionException refused) {
      throw new IllegalStateException("Kafka refused " + message, refused);
    }
  }
}
