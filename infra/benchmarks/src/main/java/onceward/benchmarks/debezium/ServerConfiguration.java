package onceward.benchmarks.debezium;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How Debezium Server publishes an outbox. Its records have the topic, the key, the value and, as
 * far as its EventRouter makes them, the headers of the relay's records; they lack the constant
 * ones and the time, which would cost it further transformations.
 *
 * @param username a role that may read the outbox and the slot
 * @param tuned whether it has settings that make it fast; otherwise only those without which it
 *     would not publish these records
 */
public record ServerConfiguration(
    String host,
    int port,
    String database,
    String username,
    String password,
    String slot,
    String publication,
    String bootstrapServers,
    boolean tuned) {

  private static final String SOURCE = "debezium.source.";
  private static final String FORMAT = "debezium.format.";
  private static final String ROUTER = "debezium.transforms.outbox.";
  private static final String PRODUCER = "debezium.sink.kafka.producer.";
  private static final String TEXT = "org.apache.kafka.connect.storage.StringConverter";
  private static final String BYTES = "org.apache.kafka.common.serialization.ByteArraySerializer";

  /** The properties of its configuration file. */
  public Map<String, String> properties() {
    var properties = new LinkedHashMap<String, String>();
    source(properties);
    records(properties);
    sink(properties);
    if (tuned) {
      tune(properties);
    }
    return properties;
  }

  private void source(Map<String, String> to) {
    to.put(SOURCE + "connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    to.put(SOURCE + "database.hostname", host);
    to.put(SOURCE + "database.port", Integer.toString(port));
    to.put(SOURCE + "database.dbname", database);
    to.put(SOURCE + "database.user", username);
    to.put(SOURCE + "database.password", literal(password));
    to.put(SOURCE + "topic.prefix", "bench");
    to.put(SOURCE + "plugin.name", "pgoutput");
    to.put(SOURCE + "slot.name", slot);
    to.put(SOURCE + "publication.name", publication);
    to.put(SOURCE + "publication.autocreate.mode", "disabled");
    to.put(SOURCE + "table.include.list", "public.outbox");
    // The slot holds all rows since the database was made.
    to.put(SOURCE + "snapshot.mode", "no_data");
    to.put(SOURCE + "tombstones.on.delete", "false");
    // Each turn has a new slot, and starts where it stands.
    to.put(SOURCE + "offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    // As in the example that it comes with: its log is for people.
    to.put("quarkus.log.console.json", "false");
    // No port is of interest, and the default one may be taken.
    to.put("quarkus.http.port", "0");
  }

  private static void records(Map<String, String> to) {
    to.put("debezium.transforms", "outbox");
    to.put(ROUTER + "type", "io.debezium.transforms.outbox.EventRouter");
    to.put(ROUTER + "route.topic.replacement", literal("${routedByValue}.events"));
    to.put(
        ROUTER + "table.fields.additional.placement",
        "id:header:ce_id,type:header:ce_type,aggregateid:header:ce_subject,aggregateversion:header:ce_sequence");
    // Bytes of the text, instead of JSON with quotes around it.
    for (var part : new String[] {"key", "value", "header"}) {
      to.put(FORMAT + part, "jsonbytearray");
      to.put(FORMAT + part + ".class", TEXT);
    }
  }

  private void sink(Map<String, String> to) {
    to.put("debezium.sink.type", "kafka");
    to.put(PRODUCER + "bootstrap.servers", bootstrapServers);
    to.put(PRODUCER + "key.serializer", BYTES);
    to.put(PRODUCER + "value.serializer", BYTES);
  }

  private static void tune(Map<String, String> to) {
    // Waited for twice, by the reader and by the queue behind it; the default is 500.
    to.put(SOURCE + "poll.interval.ms", "5");
    // The server waits for the acknowledgements of each batch before it takes the next.
    to.put(SOURCE + "max.batch.size", "8192");
    to.put(SOURCE + "max.queue.size", "32768");
    // Or rows of 64 KiB fill the heap.
    to.put(SOURCE + "max.queue.size.in.bytes", "67108864");
    // By default the slot is told once a minute; as often as the floor tells it.
    to.put(SOURCE + "offset.flush.interval.ms", "1000");
    to.put(SOURCE + "status.update.interval.ms", "1000");
    // There is nothing to transform in parallel on few processors.
    to.put(SOURCE + "record.processing.threads", "1");
    to.put(SOURCE + "provide.transaction.metadata", "false");
    // The producer of the relay.
    to.put(PRODUCER + "acks", "all");
    to.put(PRODUCER + "enable.idempotence", "true");
    to.put(PRODUCER + "linger.ms", "0");
    to.put(PRODUCER + "batch.size", "131072");
    to.put(PRODUCER + "compression.type", "lz4");
    to.put(PRODUCER + "buffer.memory", "16777216");
    to.put(PRODUCER + "max.request.size", "1048576");
  }

  /** Or the server would take what begins with a dollar for the name of a property. */
  private static String literal(String value) {
    return value.replace("$", "\\$");
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "slot %s of database %s at %s:%d".formatted(slot, database, host, port);
  }
}
