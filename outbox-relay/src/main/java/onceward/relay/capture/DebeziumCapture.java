package onceward.relay.capture;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.StopEngineException;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import onceward.messaging.Message;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** A {@link Capture} by one Debezium engine. */
public final class DebeziumCapture implements Capture {

  /** A publish in hand fails by itself before this has passed. */
  private static final Duration BATCH_PATIENCE = Duration.ofSeconds(15);

  private final CaptureSettings settings;
  private final EngineEnd end = new EngineEnd();
  private final ReentrantLock batchInHand = new ReentrantLock();
  private volatile boolean closing;
  private volatile @Nullable RuntimeException batchFailure;
  private volatile @Nullable DebeziumEngine<?> engine;

  public DebeziumCapture(CaptureSettings settings) {
    this.settings = settings;
  }

  @Override
  public void run(CaptureListener listener) {
    try {
      var created = engine(listener);
      engine = created;
      if (!closing) {
        created.run();
        rethrowFailure();
      }
    } finally {
      end.reached();
    }
  }

  @Override
  public void close() {
    closing = true;
    var running = engine;
    if (running != null) {
      awaitBatchInHand();
      end.bringAbout(running);
    }
  }

  private DebeziumEngine<?> engine(CaptureListener listener) {
    return DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
        .using(DebeziumSettings.of(settings))
        // By default the slot is told once a minute, and a crash would repeat that minute.
        .using(OffsetCommitPolicy.always())
        .using(end)
        .notifying(
            (DebeziumEngine.ChangeConsumer<RecordChangeEvent<SourceRecord>>)
                (changes, committer) -> handOver(changes, committer, listener))
        .build();
  }

  /**
   * Only {@link StopEngineException} and {@link BatchFailedException} leave this method: Debezium
   * takes any {@code RetriableException} of Kafka Connect as leave to poll on, past this batch.
   */
  private void handOver(
      List<RecordChangeEvent<SourceRecord>> changes,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer,
      CaptureListener listener)
      throws InterruptedException {
    batchInHand.lock();
    try {
      if (closing) {
        throw new StopEngineException("closing");
      }
      listener.captured(batch(changes, committer));
    } catch (StopEngineException stop) {
      throw stop;
    } catch (RuntimeException failure) {
      batchFailure = failure;
      throw new BatchFailedException(failure);
    } finally {
      batchInHand.unlock();
    }
  }

  private CapturedBatch batch(
      List<RecordChangeEvent<SourceRecord>> changes,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer) {
    var messages = new ArrayList<Message>(changes.size());
    var beat = 0L;
    for (var change : changes) {
      if (Canary.isMeant(change.record())) {
        beat = Math.max(beat, Canary.beat(change.record(), settings.database().slot()));
      } else {
        messages.add(OutboxRow.read(change.record()));
      }
    }
    var offset = changes.getLast().record().sourceOffset();
    return new CapturedBatch(
        messages,
        OutboxRow.committedAt(changes.getFirst().record()),
        beat,
        Offsets.confirmable(offset),
        Offsets.resume(offset),
        () -> {
          // Offsets only grow: the last one stands for all.
          committer.markProcessed(changes.getLast());
          committer.markBatchFinished();
        });
  }

  private void rethrowFailure() {
    var failure = batchFailure;
    if (failure != null) {
      throw failure;
    }
    if (!closing) {
      throw new CaptureException(
          "capture from %s ended: %s".formatted(settings.database(), end.reason()), end.cause());
    }
  }

  private void awaitBatchInHand() {
    try {
      if (batchInHand.tryLock(BATCH_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        batchInHand.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Not retriable, whatever its cause. */
  private static final class BatchFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BatchFailedException(RuntimeException cause) {
      super(cause);
    }
  }
}
