package onceward.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Reads topics from their beginning to their present end, and can say something twice. */
record Topics(Map<String, Object> client) {

  private static final Duration POLL = Duration.ofMillis(200);

  /** All records of a topic; those of one key in their order. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    var settings = new HashMap<>(client);
    settings.put("isolation.level", "read_committed");
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(POLL).forEach(records::add);
      }
      return records;
    }
  }

  /** The records about one aggregate. */
  List<ConsumerRecord<byte[], byte[]>> about(String topic, Object aggregateId) {
    return records(topic).stream()
        .filter(record -> new String(record.key(), UTF_8).equals(aggregateId.toString()))
        .toList();
  }

  /** Publishes the very same record once more. */
  void repeat(ConsumerRecord<byte[], byte[]> record) {
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(client, bytes, bytes)) {
      producer
          .send(
              new ProducerRecord<>(
                  record.topic(),
                  record.partition(),
                  record.key(),
                  record.value(),
                  record.headers()))
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  static String header(ConsumerRecord<?, ?> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }
}
