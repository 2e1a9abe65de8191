package onceward.relay.publish;

import java.time.Duration;
import java.util.List;
import onceward.messaging.Message;
import onceward.messaging.kafka.KafkaConnection;
import onceward.relay.position.Position;

/**
 * A {@link Publisher} without transactions: a batch that fails is published again, and what of it
 * had arrived arrives twice. Messages of one key keep their order through retries of the producer.
 *
 * <p>It does not fence: a process that was suspended in the middle of a batch may, when it wakes,
 * still publish the rest of that one, after another has taken its place.
 */
public final class AtLeastOncePublisher implements Publisher {

  private final BatchProducer producer;

  /**
   * Opens a producer of its own.
   *
   * @param connection how to reach the brokers
   * @param positionsTopic where to write down positions
   * @param addressing where the messages go to
   * @throws KafkaAwayException if, for one, no name among the servers resolves now
   */
  public AtLeastOncePublisher(
      KafkaConnection connection, String pipeline, String positionsTopic, Addressing addressing) {
    this(connection, pipeline, positionsTopic, addressing, BatchProducer.MEMORY);
  }

  /** To brokers that forget sooner. */
  AtLeastOncePublisher(
      KafkaConnection connection,
      String pipeline,
      String positionsTopic,
      Addressing addressing,
      Duration memory) {
    this.producer =
        new BatchProducer(
            () -> ProducerSettings.of(connection, pipeline), positionsTopic, addressing, memory);
  }

  @Override
  public void publish(List<Message> messages, Position reached) throws InterruptedException {
    try {
      producer.await(producer.send(messages));
    } catch (RuntimeException | InterruptedException e) {
      producer.abandon();
      throw e;
    }
  }

  /** Written after the messages: a position must not cover messages that Kafka does not have. */
  @Override
  public void checkpoint(Position reached) throws InterruptedException {
    try {
      producer.awaitPosition(producer.send(reached));
    } catch (RuntimeException | InterruptedException e) {
      producer.abandon();
      throw e;
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
