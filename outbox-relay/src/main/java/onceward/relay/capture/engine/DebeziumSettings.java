package onceward.relay.capture.engine;

import java.time.Duration;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onceward.relay.capture.CaptureSettings;
import onceward.relay.source.DatabaseSettings;
import onceward.relay.source.JudgedServer;
import onceward.relay.source.OutboxColumn;

/**
 * Debezium's settings, each with the reason why it is not left at its default. Names and defaults
 * were read in the jars of Debezium 3.6.3.Final.
 */
final class DebeziumSettings {

  private static final Duration STATUS_INTERVAL = Duration.ofMillis(200);
  private static final Duration TASK_LIMIT = Duration.ofSeconds(30);
  private static final Duration READER_PATIENCE = Duration.ofMillis(500);
  private static final Duration VALIDATION_LIMIT = Duration.ofSeconds(10);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
  private static final int SLOT_RETRIES = 5;
  private static final Duration SLOT_RETRY_DELAY = Duration.ofMillis(200);
  private static final int QUEUED_BATCHES = 4;

  private DebeziumSettings() {}

  /**
   * @param judged the server that every connection is to find
   */
  static Properties of(CaptureSettings settings, JudgedServer judged) {
    var properties = new Properties();
    place(properties, settings);
    properties.setProperty(
        "database." + CaptureConnections.SYSTEM_IDENTIFIER, judged.systemIdentifier());
    properties.setProperty(
        "database." + CaptureConnections.TIMELINE, Integer.toString(judged.timeline()));
    rows(properties, settings.database());
    failures(properties);
    progress(properties);
    flow(properties, settings);
    return properties;
  }

  private static void place(Properties to, CaptureSettings settings) {
    to.setProperty("name", settings.pipeline());
    to.setProperty("topic.prefix", settings.pipeline());
    to.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    var database = settings.database();
    // Debezium names these three in messages and connects by the URL. It refuses an address of
    // IPv6.
    to.setProperty("database.hostname", database.host().replace(':', '_'));
    to.setProperty("database.port", Integer.toString(database.port()));
    to.setProperty("database.dbname", database.database());
    to.setProperty("database.connection.factory.class", CaptureConnections.class.getName());
    to.setProperty("database." + CaptureConnections.URL, database.url());
    to.setProperty("database.user", database.username());
    to.setProperty("database.password", database.password().get());
    // Debezium has settings of its own for what begins so, and passes on the rest.
    database
        .tls()
        .driverProperties()
        .forEach((name, value) ->
            to.setProperty((name.startsWith("ssl") ? "database." : "driver.") + name, value));
    // The default, decoderbufs, is not part of PostgreSQL.
    to.setProperty("plugin.name", "pgoutput");
    to.setProperty("slot.name", database.slot());
    to.setProperty("publication.name", database.publication());
    // The default creates a publication for all tables; ours belongs to the migrations.
    to.setProperty("publication.autocreate.mode", "disabled");
    // The slot is the place in the log; without it, messages committed meanwhile are lost.
    to.setProperty("slot.drop.on.stop", "false");
  }

  private static void rows(Properties to, DatabaseSettings database) {
    // The partitions appear as their parent (publish_via_partition_root).
    to.setProperty("table.include.list", database.table() + "," + database.canary());
    // The default reads all columns that are published, and ends at a value it cannot convert.
    to.setProperty(
        "column.include.list",
        columns(database.table(), Stream.of(OutboxColumn.values()).map(OutboxColumn::columnName))
            + ","
            + columns(database.canary(), CanaryChange.COLUMNS.stream()));
    // The default key is the primary key, of which every column is converted.
    to.setProperty(
        "message.key.columns", "%s:id;%s:slot".formatted(database.table(), database.canary()));
    // Everything since the slot was made is in the log; the table may hold far more than is due.
    to.setProperty("snapshot.mode", "no_data");
    // The default hides truncations; an append-only table that is truncated must be noticed.
    to.setProperty("skipped.operations", "none");
    // Other users of pg_logical_emit_message in the same database are none of our business.
    to.setProperty("message.prefix.exclude.list", ".*");
    // Deletions do not happen, and a tombstone would be a record without a row.
    to.setProperty("tombstones.on.delete", "false");
    // Nothing reads them.
    to.setProperty("include.schema.changes", "false");
    // Such a record carries an offset of a kind that makes 3.6 lose rows on restart (issue 76).
    to.setProperty("provide.transaction.metadata", "false");
    // As above: heartbeats carry the same kind of offset.
    to.setProperty("heartbeat.interval.ms", "0");
  }

  /** Each is a pattern that the whole name has to match, whatever its case. */
  private static String columns(String table, Stream<String> names) {
    return names
        .map(name -> (table + "." + name).replace(".", "[.]"))
        .collect(Collectors.joining(","));
  }

  private static void failures(Properties to) {
    // The default retries for ever inside the engine, and each retry drops the batch that failed.
    to.setProperty("errors.max.retries", "0");
    // The default turns a value it cannot convert into null.
    to.setProperty("event.converting.failure.handling.mode", "fail");
    to.setProperty("event.processing.failure.handling.mode", "fail");
    // The preflight waits for a slot that is taken. Here it can only be taken in the same moment,
    // or not yet be given back by our own last session; the default looks every 10 s only.
    to.setProperty("slot.max.retries", Integer.toString(SLOT_RETRIES));
    to.setProperty("slot.retry.delay.ms", millis(SLOT_RETRY_DELAY));
    to.setProperty("task.management.timeout.ms", millis(TASK_LIMIT));
    // A reader that waits at the full queue, which nobody empties any more, hears of the end only
    // when it is interrupted, by default after 4 s. What it holds comes again.
    to.setProperty("executor.shutdown.timeout.ms", millis(READER_PATIENCE));
    // By default the driver waits for ever: on a network that has gone silent an engine would never
    // end. Does not touch the wait for the log itself, which only looks whether something is there.
    to.setProperty("driver.socketTimeout", Long.toString(ANSWER_LIMIT.toSeconds()));
    // Else a statement that fails is quoted with all its values.
    to.setProperty("driver.logServerErrorDetail", "false");
    // The default waits a minute for a server that does not answer.
    to.setProperty("connection.validation.timeout.ms", millis(VALIDATION_LIMIT));
  }

  private static void progress(Properties to) {
    // Remembers nothing beyond the engine, so that every start resumes where the slot stands.
    to.setProperty("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    // Only what was acknowledged; the alternative lets the driver move the slot by itself.
    to.setProperty("lsn.flush.mode", "connector");
    // Bounds the latency: about one lone message in 300 is sent only when the server hears from us
    // again (measured: at most 1.9 s with 2 s here, 0.25 s with 0.5 s; the default is 10 s).
    to.setProperty("status.update.interval.ms", millis(STATUS_INTERVAL));
  }

  private static void flow(Properties to, CaptureSettings settings) {
    // Twice in the latency of a message that comes alone: the reader's wait and the queue's.
    to.setProperty("poll.interval.ms", millis(settings.pollInterval()));
    to.setProperty("max.batch.size", Integer.toString(settings.batchMax()));
    to.setProperty("max.queue.size", Integer.toString(settings.batchMax() * QUEUED_BATCHES));
    // By default the queue is not bounded by bytes, and rows may be 512 KiB each.
    to.setProperty("max.queue.size.in.bytes", Long.toString(settings.queueMaxBytes()));
    // There is nothing to transform in parallel.
    to.setProperty("record.processing.threads", "1");
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
