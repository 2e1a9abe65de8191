package onceward.relay.capture.engine;

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
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import onceward.messaging.Message;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureException;
import onceward.relay.capture.CaptureSettings;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.capture.Resumption;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Position;
import onceward.relay.source.JudgedServer;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A {@link Capture} by one Debezium engine, which always begins where the slot stands: at the end
 * of a transaction, so that the last one acknowledged comes again.
 *
 * <p>The engine pushes its batches; a thread of the engine's builds one and waits with it until
 * {@link #next} takes it. So one batch at most is ready while others are being published.
 */
public final class DebeziumCapture implements Capture {

  private static final Logger log = LoggerFactory.getLogger(DebeziumCapture.class);

  /** How soon an engine that waits with a batch notices that nobody will take it. */
  private static final Duration OFFER = Duration.ofMillis(20);

  private final Position from;
  private final CaptureSettings settings;
  private final Resumption resumption;
  private final Set<UUID> discarded;
  private final EngineShutdown shutdown = new EngineShutdown();
  private final SynchronousQueue<CapturedBatch> ready = new SynchronousQueue<>();
  private @Nullable LogPlace last;
  private volatile boolean closing;
  private volatile @Nullable RuntimeException failure;
  private volatile @Nullable DebeziumEngine<?> engine;

  /**
   * A capture that gives only what comes behind a position; everything, if the position has no
   * place.
   *
   * @param discarded rows that are passed over where they cannot be read
   */
  public DebeziumCapture(Position from, CaptureSettings settings, Set<UUID> discarded) {
    this.from = from;
    this.settings = settings;
    this.resumption = new Resumption(settings.pipeline(), from);
    this.discarded = Set.copyOf(discarded);
  }

  @Override
  public Optional<CapturedBatch> next(Duration timeout) throws InterruptedException {
    if (engine == null && !closing) {
      start();
    }
    var batch = ready.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (batch == null && (closing || shutdown.isReachedOrLeft())) {
      throw failure();
    }
    return Optional.ofNullable(batch);
  }

  /** The engine keeps its connection to itself. */
  @Override
  public OptionalInt session() {
    return OptionalInt.empty();
  }

  @Override
  public void close() {
    closing = true;
    var running = engine;
    if (running != null) {
      shutdown.close(running);
    }
  }

  private void start() {
    var created = engine();
    engine = created;
    if (closing) {
      shutdown.reached();
      return;
    }
    // On a thread of its own, so that an engine that does not end can be left behind.
    Thread.ofPlatform().name("capture-" + settings.pipeline()).start(() -> runToEnd(created));
  }

  private void runToEnd(DebeziumEngine<?> running) {
    MDC.put("pipeline", settings.pipeline());
    try {
      running.run();
    } catch (RuntimeException | Error unforeseen) {
      shutdown.handle(false, null, unforeseen);
    } finally {
      shutdown.reached();
    }
  }

  private DebeziumEngine<?> engine() {
    return DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
        .using(DebeziumSettings.of(settings, JudgedServer.of(from)))
        // By default the slot moves once a minute, and a crash would repeat that minute.
        .using(OffsetCommitPolicy.always())
        .using(shutdown)
        .notifying((DebeziumEngine.ChangeConsumer<RecordChangeEvent<SourceRecord>>) this::handOver)
        .build();
  }

  /**
   * Only {@link StopEngineException} and {@link BatchFailedException} leave this method: Debezium
   * takes any {@code RetriableException} of Kafka Connect as leave to poll on, past this batch.
   */
  private void handOver(
      List<RecordChangeEvent<SourceRecord>> changes,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    // On a thread of the engine's.
    try (var _ = MDC.putCloseable("pipeline", settings.pipeline())) {
      var batch = batch(changes, committer);
      while (!ready.offer(batch, OFFER.toMillis(), TimeUnit.MILLISECONDS)) {
        if (closing) {
          throw new StopEngineException("closing");
        }
      }
    } catch (StopEngineException stop) {
      throw stop;
    } catch (RuntimeException unreadable) {
      failure = unreadable;
      throw new BatchFailedException(unreadable);
    }
  }

  private CapturedBatch batch(
      List<RecordChangeEvent<SourceRecord>> changes,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer) {
    var messages = new ArrayList<Message>(changes.size());
    var transactions = new ArrayList<Long>();
    var beat = 0L;
    var place = last;
    for (var change : changes) {
      var record = change.record();
      place = Offsets.place(record.sourceOffset(), place);
      CapturedBatch.addOnce(transactions, place.transaction());
      var isNew = resumption.isNew(place);
      if (CanaryChange.isMeant(record)) {
        beat = Math.max(beat, CanaryChange.beat(record, settings.database().slot()));
      } else if (isNew) {
        read(record).ifPresent(messages::add);
      }
    }
    if (place == null) {
      throw new IllegalStateException("a batch without changes");
    }
    last = place;
    var lastChange = changes.getLast();
    return new CapturedBatch(
        messages,
        transactions,
        OutboxRow.committedAt(changes.getFirst().record()),
        beat,
        place.confirmable(),
        resumption.behind(place),
        () -> {
          // Offsets only grow: the last one stands for all.
          committer.markProcessed(lastChange);
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

  private RuntimeException failure() {
    var why = failure;
    if (why != null) {
      return why;
    }
    return closing
        ? CaptureException.closed()
        : CaptureException.ended(settings.database(), shutdown.reason(), shutdown.cause());
  }

  /** Not retriable, whatever its cause. */
  private static final class BatchFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BatchFailedException(RuntimeException cause) {
      super(cause);
    }
  }
}
