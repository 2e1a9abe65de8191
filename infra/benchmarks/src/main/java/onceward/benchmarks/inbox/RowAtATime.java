package onceward.benchmarks.inbox;

import static org.apache.kafka.clients.consumer.ConsumerConfig.AUTO_OFFSET_RESET_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.GROUP_ID_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.MAX_POLL_RECORDS_CONFIG;

import io.micronaut.json.JsonMapper;
import io.micronaut.transaction.TransactionOperations;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import onceward.benchmarks.Payload;
import onceward.benchmarks.Service;
import onceward.messaging.MessageRecords;
import onceward.messaging.inbox.Inbox;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A consumer with the same guarantees that handles each message in a transaction of its own. */
final class RowAtATime {

  private static final int PARTITIONS_AT_ONCE = 4;
  private static final int POLL_RECORDS = 200;

  private final TransactionOperations<Connection> transactions;
  private final Inbox inbox;
  private final JsonMapper json;
  private final Work work;
  private final String bootstrapServers;

  @SuppressWarnings("unchecked") // The framework registers the bean for connections.
  RowAtATime(Service service, String bootstrapServers) {
    this.transactions = service.bean(TransactionOperations.class);
    this.inbox = service.bean(Inbox.class);
    this.json = service.bean(JsonMapper.class);
    this.work = service.bean(Work.class);
    this.bootstrapServers = bootstrapServers;
  }

  /** The time from the first message to the last of so many. */
  Duration consume(int messages) {
    var bytes = new ByteArrayDeserializer();
    try (var kafka = new KafkaConsumer<>(settings(), bytes, bytes)) {
      kafka.subscribe(List.of("row.events"));
      var start = 0L;
      for (var handled = 0; handled < messages; ) {
        var records = kafka.poll(Duration.ofSeconds(1));
        start = start == 0 && !records.isEmpty() ? System.nanoTime() : start;
        try (var threads =
            Executors.newFixedThreadPool(PARTITIONS_AT_ONCE, Thread.ofVirtual().factory())) {
          for (var partition : records.partitions()) {
            threads.execute(() -> records.records(partition).forEach(this::handle));
          }
        }
        kafka.commitSync();
        handled += records.count();
      }
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  private void handle(ConsumerRecord<byte[], byte[]> record) {
    var message = MessageRecords.toMessage(record);
    transactions.executeWrite(_ -> {
      if (inbox.claim("row", message.id())) {
        work.perform(read(message.payload()).filler());
      }
      return null;
    });
  }

  private Payload read(String payload) throws IOException {
    return Objects.requireNonNull(json.readValue(payload, Payload.class));
  }

  private Map<String, Object> settings() {
    return Map.of(
        BOOTSTRAP_SERVERS_CONFIG,
        bootstrapServers,
        GROUP_ID_CONFIG,
        "row",
        ENABLE_AUTO_COMMIT_CONFIG,
        false,
        AUTO_OFFSET_RESET_CONFIG,
        "earliest",
        MAX_POLL_RECORDS_CONFIG,
        POLL_RECORDS);
  }
}
