package onceward.relay.publish;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import onceward.messaging.Message;
import onceward.messaging.RootCause;
import onceward.messaging.kafka.KafkaConnection;
import onceward.relay.position.Position;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Publisher} that puts batches and their position into one Kafka transaction: consumers
 * that read only what is committed see all of it or nothing, and the position that is read next
 * says which. Others may see messages of a transaction that failed, and those again. One commit
 * costs as much for many batches as for one, so a transaction holds all that is sent until somebody
 * waits.
 *
 * <p>Of all publishers of one slot only the one opened last can publish: opening aborts what
 * another left open, and whatever that one attempts afterwards fails with {@link FencedException}.
 * An {@link AtLeastOncePublisher} of the slot is not kept out.
 */
public final class ExactlyOncePublisher implements Publisher {

  /**
   * Until then consumers wait behind what a dead relay left open, unless another one starts. Above
   * the producer's limits for a delivery and for a commit; what takes longer is aborted.
   */
  static final Duration TRANSACTION_MAX = Duration.ofSeconds(15);

  private final BatchProducer producer;
  private final String transactionalId;
  private @Nullable Transaction open;

  /**
   * Opens a producer of its own, and fences every other of this slot.
   *
   * @param connection how to reach the brokers
   * @param slot whose messages it publishes; in one Kafka, slots of different databases need
   *     different names
   * @param positionsTopic where to write down positions
   * @param addressing where the messages go to
   * @param ends of the pipeline's publishers
   * @throws KafkaAwayException if Kafka does not let it in now
   */
  public ExactlyOncePublisher(
      KafkaConnection connection,
      String pipeline,
      String slot,
      String positionsTopic,
      Addressing addressing,
      LogEnds ends) {
    this.transactionalId = "onceward-relay-" + slot;
    this.producer =
        new BatchProducer(
            () -> ProducerSettings.transactional(connection, pipeline, transactionalId),
            positionsTopic,
            addressing,
            ends,
            BatchProducer.MEMORY);
    fenceOthers();
  }

  /** Adds to the open transaction, which {@link Sent#await()} commits with all that is in it. */
  @Override
  public Sent send(List<Message> messages, Position reached) throws InterruptedException {
    try {
      if (open == null) {
        begin();
        open = new Transaction();
      }
      return open.with(producer.send(messages, reached.premises().topics()), reached);
    } catch (RuntimeException | InterruptedException e) {
      abandon(e);
      throw e;
    }
  }

  /** Batches that are committed together with the position behind the last of them. */
  private final class Transaction implements Sent {

    private final List<BatchProducer.Sent> batches = new ArrayList<>();
    private @Nullable Position reached;

    Transaction with(BatchProducer.Sent batch, Position behind) {
      batches.add(batch);
      reached = behind;
      return this;
    }

    @Override
    public void await() throws InterruptedException {
      if (open == this) {
        try {
          finish();
        } catch (RuntimeException | InterruptedException e) {
          abandon(e);
          throw e;
        }
      }
    }

    private void finish() throws InterruptedException {
      var position = producer.send(requireNonNull(reached));
      for (var batch : batches) {
        producer.await(batch);
      }
      producer.awaitPosition(position);
      commit();
      open = null;
    }
  }

  /**
   * The transaction is not aborted in order: the publisher that opens next aborts it, and this one
   * may not know what became of its commit.
   */
  private void abandon(Exception failure) {
    producer.abandon();
    if (isFenced(failure)) {
      throw new FencedException(transactionalId, TRANSACTION_MAX, failure);
    }
  }

  /** The position was committed with the messages. */
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
