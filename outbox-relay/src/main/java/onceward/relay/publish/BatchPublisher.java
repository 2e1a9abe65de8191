package onceward.relay.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import onceward.messaging.Message;
import onceward.messaging.MessageRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes batches, each wholly or not at all as far as the caller is told.
 *
 * <p>When {@link #publish} returns, every message is on all in-sync replicas. When it throws, some
 * may be: publish the batch again, with a new publisher. Messages of one key keep their order
 * through retries of the producer. For one thread.
 */
public final class BatchPublisher implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String source;
  private volatile boolean failed;

  /**
   * Opens a producer of its own.
   *
   * @param bootstrapServers {@code host:port}, several separated by commas
   * @param source the CloudEvents source that the messages are to name
   * @throws NoProducerException if, for one, no name among the servers resolves now
   */
  public BatchPublisher(String bootstrapServers, String pipeline, String source) {
    this.producer = producer(bootstrapServers, pipeline);
    this.source = source;
  }

  /**
   * Sends all in order and waits until Kafka has acknowledged all.
   *
   * @throws PublishException if not every message was acknowledged within the bounds of {@link
   *     ProducerSettings}
   * @throws InterruptedException as above, and the thread was interrupted
   */
  public void publish(List<Message> messages) throws InterruptedException {
    try {
      awaitAll(messages, sendAll(messages));
    } catch (RuntimeException | InterruptedException e) {
      abandon(e);
      throw e;
    }
  }

  /** Ends the connections. What was not acknowledged by then never will be. */
  @Override
  public void close() {
    producer.close(failed ? Duration.ZERO : CLOSE_LIMIT);
  }

  private List<Future<RecordMetadata>> sendAll(List<Message> messages) throws InterruptedException {
    var sent = new ArrayList<Future<RecordMetadata>>(messages.size());
    for (var message : messages) {
      sent.add(send(message));
      if (failed) {
        break;
      }
    }
    return sent;
  }

  private Future<RecordMetadata> send(Message message) throws InterruptedException {
    try {
      return producer.send(
          MessageRecords.toRecord(message, source), (_, failure) -> abandon(failure));
    } catch (InterruptException e) {
      throw interrupted();
    } catch (KafkaException | IllegalStateException e) {
      throw refused(message, e);
    }
  }

  private static void awaitAll(List<Message> messages, List<Future<RecordMetadata>> sent)
      throws InterruptedException {
    for (int i = 0; i < sent.size(); i++) {
      try {
        sent.get(i).get();
      } catch (ExecutionException e) {
        throw refused(messages.get(i), e.getCause() == null ? e : e.getCause());
      }
    }
  }

  /**
   * The first failure ends the producer at once, on its own thread: a later message of the same key
   * must not reach the topic when an earlier one did not.
   */
  private void abandon(@Nullable Exception failure) {
    if (failure != null && !failed) {
      failed = true;
      producer.close(Duration.ZERO);
    }
  }

  private static InterruptedException interrupted() {
    Thread.interrupted();
    return new InterruptedException("interrupted while publishing");
  }

  private static PublishException refused(Message message, Throwable why) {
    return new PublishException(
        "Kafka did not take message %s for topic %s: %s"
            .formatted(message.id(), message.topic(), why.getMessage()),
        why);
  }

  private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, String pipeline) {
    try {
      return new KafkaProducer<>(
          ProducerSettings.of(bootstrapServers, pipeline),
          new ByteArraySerializer(),
          new ByteArraySerializer());
    } catch (KafkaException e) {
      var why = e.getCause() == null ? e : e.getCause();
      throw new NoProducerException("cannot open a Kafka producer: " + why.getMessage(), e);
    }
  }
}
