package onceward.benchmarks.inbox;

import java.util.Map;
import onceward.benchmarks.Payload;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import onceward.messaging.testkit.TestMessages;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Fills a topic with messages: ten versions of each aggregate. */
record Filling(String bootstrapServers) {

  private static final int VERSIONS = 10;

  void fill(String aggregateType, int messages, Payload payload) {
    var settings =
        Map.<String, Object>of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.LINGER_MS_CONFIG,
            20);
    var json = "{\"filler\":\"" + payload.filler() + "\"}";
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (var index = 0; index < messages; index++) {
        var message =
            new Message(
                TestMessages.newId(),
                aggregateType,
                aggregateType + "-" + index / VERSIONS,
                index % VERSIONS + 1,
                "BenchHappened",
                json,
                MessageContext.NONE);
        var _ = producer.send(MessageRecords.toRecord(message, "/onceward/bench"));
      }
      producer.flush();
    }
  }
}
