package onceward.relay.publish;

import java.time.Duration;
import java.util.List;
import onceward.messaging.Message;
import onceward.messaging.kafka.KafkaConnection;
import onceward.relay.position.Position;

/**
 * A {@link Publisher} without transactions: when a batch fails, that one and those sent behind it
 * are published again, and what of them had arrived arrives twice. Messages of one key keep their
 * order through retries of the producer.
 *
 * <p>It does not fence: a process that was suspended may, when it wakes, still publish what it has
 * sent, after another has taken its place.
 */
public final class AtLeastOncePublisher implements Publisher {

  private final BatchProducer producer;

  /**
   * Opens a producer of its own.
   *
   * @param connection how to reach the brokers
   * @param positionsTopic where to write down positions
   * @param addressing where the messages go to
   * @param ends of the pipeline's publishers
   * @throws KafkaAwayException if, for one, no name among the servers resolves now
   */
  public AtLeastOncePublisher(
      KafkaConnection connection,
      String pipeline,
      String positionsTopic,
      Addressing addressing,
      LogEnds ends) {
    this(connection, pipeline, positionsTopic, addressing, ends, BatchProducer.MEMORY);
  }

  /** To brokers that forget sooner. */
  AtLeastOncePublisher(
      KafkaConnection connection,
      String pipeline,
      String positionsTopic,
      Addressing addressing,
      LogEnds ends,
      Duration memory) {
    this.producer =
        new BatchProducer(
            () -> ProducerSettings.of(connection, pipeline),
            positionsTopic,
            addressing,
            ends,
            memory);
  }

  @Override
  public Sent send(List<Message> messages, Position reached) throws InterruptedException {
    try {
      var sent = producer.send(messages, reached.premises().topics());
      return () -> await(sent);
    } catch (RuntimeException | InterruptedException e) {
      producer.abandon();
      throw e;
    }
  }

  private void await(BatchProducer.Sent sent) throws InterruptedException {
    try {
      producer.await(sent);
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
