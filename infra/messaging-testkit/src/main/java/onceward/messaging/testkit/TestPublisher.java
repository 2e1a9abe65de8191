package onceward.messaging.testkit;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import onceward.messaging.testkit.TestService.Position;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Puts a record on its topic, and returns when Kafka has it. */
final class TestPublisher {

  private static final int BLOCK_MS_MAX = 10_000;

  private TestPublisher() {}

  static Position publish(String bootstrapServers, ProducerRecord<byte[], byte[]> record) {
    var settings =
        Map.<String, Object>of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
            ProducerConfig.LINGER_MS_CONFIG, 0,
            ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MS_MAX);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      var metadata = producer.send(record).get();
      return new Position(metadata.partition(), metadata.offset());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while publishing", interrupted);
    } catch (ExecutionException refused) {
      throw new IllegalStateException("Kafka refused a record for " + record.topic(), refused);
    }
  }
}
