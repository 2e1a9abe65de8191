package onceward.relay.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import onceward.messaging.Message;
import onceward.messaging.MessageRecords;
import onceward.relay.position.Position;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Publisher} without transactions: a batch that fails is published again, and what of it
 * had arrived arrives twice. Messages of one key keep their order through retries of the producer.
 *
 * <p>It does not fence: a process that was suspended in the middle of a batch may, when it wakes,
 * still publish the rest of that one, after another has taken its place.
 */
public final class AtLeastOncePublisher implements Publisher {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String positionsTopic;
  private final String source;
  private volatile boolean failed;

  /**
   * Opens a producer of its own.
   *
   * @param bootstrapServers {@code host:port}, several separated by commas
   * @param positionsTopic where to write down positions
   * @param source the CloudEvents source that the messages are to name
   * @throws KafkaAwayException if, for one, no name among the servers resolves now
   */
  public AtLeastOncePublisher(
      String bootstrapServers, String pipeline, String positionsTopic, String source) {
    this.producer = producer(bootstrapServers, pipeline);
    this.positionsTopic = positionsTopic;
    this.source = source;
  }

  @Override
  public void publish(List<Message> messages, Position reached) throws InterruptedException {
    try {
      awaitAll(messages, sendAll(messages));
      // After the messages: a position must not tell of what is not there.
      write(reached);
    } catch (RuntimeException | InterruptedException e) {
      abandon(e);
      throw e;
    }
  }

  @Override
  public void close() {
    producer.close(failed ? Duration.ZERO : CLOSE_LIMIT);
  }

  private void write(Position reached) throws InterruptedException {
    try {
      producer.send(PositionRecords.of(positionsTopic, reached)).get();
    } catch (InterruptException e) {
      throw interrupted();
    } catch (ExecutionException e) {
      throw PublishException.ofPosition(positionsTopic, e.getCause() == null ? e : e.getCause());
    } catch (KafkaException | IllegalStateException e) {
      throw PublishException.ofPosition(positionsTopic, e);
    }
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
      throw PublishFailures.of(message, e);
    }
  }

  private static void awaitAll(List<Message> messages, List<Future<RecordMetadata>> sent)
      throws InterruptedException {
    for (int i = 0; i < sent.size(); i++) {
      try {
        sent.get(i).get();
      } catch (ExecutionException e) {
        throw PublishFailures.of(messages.get(i), e.getCause() == null ? e : e.getCause());
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

  private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, String pipeline) {
    try {
      return new KafkaProducer<>(
          ProducerSettings.of(bootstrapServers, pipeline),
          new ByteArraySerializer(),
          new ByteArraySerializer());
    } catch (KafkaException e) {
      var why = e.getCause() == null ? e : e.getCause();
      throw new KafkaAwayException("cannot open a Kafka producer: " + why.getMessage(), e);
    }
  }
}
