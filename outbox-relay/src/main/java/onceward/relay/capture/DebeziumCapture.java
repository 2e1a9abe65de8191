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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import onceward.messaging.Message;
import onceward.relay.position.Position;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A {@link Capture} by one Debezium engine, which always begins where the slot stands: at the end
 * of a transaction, so that the last one acknowledged comes again.
 */
public final class DebeziumCapture implements Capture {

  private static final Logger log = LoggerFactory.getLogger(DebeziumCapture.class);

  /**
   * A publish in hand mostly fails by itself before this has passed; what takes longer is
   * interrupted.
   */
  private static final Duration BATCH_PATIENCE = Duration.ofSeconds(15);

  private final CaptureSettings settings;
  private final Resumption resumption;
  private final Set<UUID> discarded;
  private final EngineEnd end = new EngineEnd();
  private final ReentrantLock batchInHand = new ReentrantLock();
  private volatile boolean closing;
  private volatile @Nullable RuntimeException batchFailure;
  private volatile @Nullable DebeziumEngine<?> engine;

  private DebeziumCapture(CaptureSettings settings, @Nullable Position from, Set<UUID> discarded) {
    this.settings = settings;
    this.resumption = new Resumption(settings.pipeline(), from);
    this.discarded = Set.copyOf(discarded);
  }

  /**
   * Hands over all that the server sends, what was acknowledged last again.
   *
   * @param discarded rows that are passed over where they cannot be read
   */
  public static DebeziumCapture fromSlot(CaptureSettings settings, Set<UUID> discarded) {
    return new DebeziumCapture(settings, null, discarded);
  }

  /**
   * Hands over only what comes behind a position; all, if it is that of a first start.
   *
   * @param discarded rows that are passed over where they cannot be read
   * @throws IllegalArgumentException if the position does not say where
   */
  public static DebeziumCapture behind(
      Position from, CaptureSettings settings, Set<UUID> discarded) {
    return new DebeziumCapture(settings, from, discarded);
  }

  @Override
  public void run(CaptureListener listener) {
    var created = engine(listener);
    engine = created;
    if (closing) {
      end.reached();
      return;
    }
    // On a thread of its own, so that one that does not end can be left behind.
    Thread.ofPlatform().name("capture-" + settings.pipeline()).start(() -> runToEnd(created));
    try {
      end.awaitReachedOrLeft();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CaptureException("interrupted while capturing", e);
    }
    rethrowFailure();
  }

  @Override
  public void close() {
    closing = true;
    var running = engine;
    if (running != null && !end.isReachedOrLeft()) {
      awaitBatchInHand();
      end.bringAbout(running);
    }
  }

  private void runToEnd(DebeziumEngine<?> engine) {
    MDC.put("pipeline", settings.pipeline());
    try {
      engine.run();
    } catch (RuntimeException | Error unforeseen) {
      end.handle(false, null, unforeseen);
    } finally {
      end.reached();
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
    // On a thread of the engine's.
    try (var _ = MDC.putCloseable("pipeline", settings.pipeline())) {
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
      var record = change.record();
      var isNew = resumption.isNew(record.sourceOffset());
      if (Canary.isMeant(record)) {
        beat = Math.max(beat, Canary.beat(record, settings.database().slot()));
      } else if (isNew) {
        read(record).ifPresent(messages::add);
      }
    }
    var last = changes.getLast();
    var offset = last.record().sourceOffset();
    return new CapturedBatch(
        messages,
        OutboxRow.committedAt(changes.getFirst().record()),
        beat,
        Offsets.confirmable(offset),
        resumption.behind(offset),
        () -> {
          // Offsets only grow: the last one stands for all.
          committer.markProcessed(last);
          committer.markBatchFinished();
        });
  }

  private Optional<Message> read(SourceRecord record) {
    try {
      return Optional.of(OutboxRow.read(record));
    } catch (UnreadableRowException unreadable) {
      if (unreadable.messageId().filter(discarded::contains).isEmpty()) {
        throw unreadable;
      }
      log.info("Passed over, as an operator discarded it: {}", unreadable.getMessage());
      return Optional.empty();
    }
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
