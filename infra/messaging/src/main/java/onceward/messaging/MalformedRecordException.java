package onceward.messaging;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A Kafka record that carries no readable message. Says where it lies; never quotes its value. */
public final class MalformedRecordException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MalformedRecordException(ConsumerRecord<?, ?> record, String reason) {
    super(
        "record at %s-%d offset %d is no message: %s"
            .formatted(record.topic(), record.partition(), record.offset(), reason));
  }
}
