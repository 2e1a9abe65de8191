package onceward.relay.publish;

import java.time.Duration;
import java.util.List;
import onceward.messaging.Message;
import onceward.messaging.RootCause;
import onceward.messaging.kafka.KafkaConnection;
import onceward.relay.position.Position;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * A {@link Publisher} that puts a batch and its position into one Kafka transaction: consumers that
 * read only what is committed see all of it or nothing, and the position that is read next says
 * which. Others may see messages of a batch that failed, and those again.
 *
 * <p>Of all publishers of one slot only the one opened last can publish: opening aborts what
 * another left open, and whatever that one attempts afterwards fails with {@link FencedException}.
 * An {@link AtLeastOncePublisher} of the slot is not kept out.
 */
public final class ExactlyOncePublisher implements Publisher {

  /**
   * Until then consumers wait behind what a dead relay left open, unless another one starts. Above
   * the producer's limits for a delivery and for a commit; a batch that takes longer is aborted.
   */
  static final Duration TRANSACTION_MAX = Duration.ofSeconds(15);

  private final BatchProducer producer;
  private final String transactionalId;

  /**
   * Opens a producer of its own, and fences every other of this slot.
   *
   * @param connection how to reach the brokers
   * @param slot whose messages it publishes; in one Kafka, slots of different databases need
   *     different names
   * @param positionsTopic where to write down positions
   * @param addressing where the messages go to
   * @throws KafkaAwayException if Kafka does not let it in now
   */
  public ExactlyOncePublisher(
      KafkaConnection connection,
      String pipeline,
      String slot,
      String positionsTopic,
      Addressing addressing) {
    this.transactionalId = "onceward-relay-" + slot;
    this.producer =
        new BatchProducer(
            () -> ProducerSettings.transactional(connection, pipeline, transactionalId),
            positionsTopic,
            addressing,
            BatchProducer.MEMORY);
    fenceOthers();
  }

  @Override
  public void publish(List<Message> messages, Position reached) throws InterruptedException {
    try {
      begin();
      var sent = producer.send(messages);
      var position = producer.send(reached);
      producer.await(sent);
      producer.awaitPosition(position);
      commit();
    } catch (RuntimeException | InterruptedException e) {
      // Not aborted in order: the next to open aborts it, and this one may not know what became
      // of its commit.
      producer.abandon();
      if (isFenced(e)) {
        throw new FencedException(transactionalId, TRANSACTION_MAX, e);
      }
      throw e;
    }
  }

  /** It was committed with the messages. */
  @Override
  public void checkpoint(Position reached) {}

  @Override
  public void close() {
    producer.close();
  }

  private void fenceOthers() {
    try {
      producer.kafka().initTransactions();
    } catch (KafkaException e) {
      producer.abandon();
      throw new KafkaAwayException(
          "cannot open transactions of %s: %s".formatted(transactionalId, RootCause.tell(e)), e);
    }
  }

  private void begin() {
    try {
      producer.kafka().beginTransaction();
    } catch (KafkaException | IllegalStateException e) {
      throw PublishException.ofTransaction("begin", transactionalId, e);
    }
  }

  private void commit() throws InterruptedException {
    try {
      producer.kafka().commitTransaction();
    } catch (InterruptException e) {
      throw BatchProducer.interrupted();
    } catch (KafkaException | IllegalStateException e) {
      throw PublishException.ofTransaction("commit", transactionalId, e);
    }
  }

  private static boolean isFenced(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }
}
