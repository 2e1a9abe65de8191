package onceward.benchmarks.peer;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/**
 * The floor: what it costs at least to publish an outbox in Java. One thread reads the slot by the
 * driver's replication API and sends. It keeps no account of what is acknowledged but moves the
 * slot once a second behind what is; it orders nothing, retries nothing and notices nothing.
 */
public final class Floor {

  private static final Duration CONFIRM_EVERY = Duration.ofSeconds(1);
  private static final Duration STATUS_INTERVAL = Duration.ofSeconds(10);

  private final PGReplicationStream stream;
  private final PgoutputRecords records;
  private final Producer<byte[], byte[]> producer;
  private volatile @Nullable Exception failure;

  private Floor(
      PGReplicationStream stream, PgoutputRecords records, Producer<byte[], byte[]> producer) {
    this.stream = stream;
    this.records = records;
    this.producer = producer;
  }

  /** Publishes until it is killed, or something fails; the argument names its settings file. */
  public static void main(String[] arguments) throws Exception {
    var settings = PeerSettings.read(Path.of(arguments[0]));
    try (var connection = settings.connectForReplication("floor");
        var producer = settings.producer()) {
      var stream =
          connection
              .unwrap(PGConnection.class)
              .getReplicationAPI()
              .replicationStream()
              .logical()
              .withSlotName(settings.slot())
              .withSlotOption("proto_version", 1)
              .withSlotOption("publication_names", settings.publication())
              .withAutomaticFlush(false)
              .withStatusInterval((int) STATUS_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
              .start();
      new Floor(stream, new PgoutputRecords(settings.source()), producer).run();
    }
  }

  private void run() throws Exception {
    var confirmed = System.nanoTime();
    while (failure == null) {
      var message = stream.read();
      if (message == null) {
        throw new SQLException("the server ended the stream");
      }
      var record = records.read(message);
      if (record != null) {
        var _ = producer.send(record, this::answered);
      }
      if (System.nanoTime() - confirmed > CONFIRM_EVERY.toNanos()) {
        confirm();
        confirmed = System.nanoTime();
      }
    }
    throw failure;
  }

  private void answered(RecordMetadata sent, @Nullable Exception failed) {
    if (failed != null) {
      failure = failed;
    }
  }

  private void confirm() throws SQLException {
    producer.flush();
    if (failure == null) {
      stream.setFlushedLSN(stream.getLastReceiveLSN());
      stream.forceUpdateStatus();
    }
  }
}
