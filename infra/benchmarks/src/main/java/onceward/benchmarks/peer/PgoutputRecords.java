package onceward.benchmarks.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * From messages of {@code pgoutput}, version 1, to the records that the relay publishes for the
 * same rows, with as little work as possible: what a record holds is copied from the message and
 * never decoded. Reads only what an outbox that is appended to brings about. Not thread-safe.
 */
final class PgoutputRecords {

  private static final String OUTBOX = "outbox";
  private static final byte[] NOTHING = {};

  /** In the order of the columns of which records are made. */
  private static final List<String> COLUMNS =
      List.of(
          "id",
          "aggregatetype",
          "aggregateid",
          "aggregateversion",
          "type",
          "payload",
          "traceparent",
          "causationid",
          "correlationid");

  private static final int ID = 0;
  private static final int AGGREGATE_TYPE = 1;
  private static final int AGGREGATE_ID = 2;
  private static final int AGGREGATE_VERSION = 3;
  private static final int TYPE = 4;
  private static final int PAYLOAD = 5;
  private static final int TRACEPARENT = 6;
  private static final int CAUSATION_ID = 7;
  private static final int CORRELATION_ID = 8;

  private static final byte[] SPEC_VERSION = "1.0".getBytes(UTF_8);
  private static final byte[] JSON = "application/json".getBytes(UTF_8);

  /** Of a UUIDv7 as text: 12 digits of milliseconds, with a hyphen behind the eighth. */
  private static final int TIME_HEAD = 8;

  private static final int TIME_END = 13;

  private final byte[] source;
  private int outbox;

  /** By the place in a row, the number of the column in {@link #COLUMNS}; negative for others. */
  private int[] columns = {};

  private byte[] lastType = NOTHING;
  private String topic = "";

  PgoutputRecords(String source) {
    this.source = source.getBytes(UTF_8);
  }

  /** The record of a row that was appended to the outbox; null if the message is none. */
  @Nullable ProducerRecord<byte[], byte[]> read(ByteBuffer message) {
    return switch (message.get()) {
      case 'R' -> {
        described(message);
        yield null;
      }
      case 'I' -> message.getInt() == outbox ? appended(message) : null;
      default -> null;
    };
  }

  private void described(ByteBuffer from) {
    var oid = from.getInt();
    name(from); // the schema
    if (!name(from).equals(OUTBOX)) {
      return;
    }
    outbox = oid;
    from.get(); // the replica identity
    columns = new int[from.getShort()];
    for (var place = 0; place < columns.length; place++) {
      from.get(); // whether it is part of the key
      columns[place] = COLUMNS.indexOf(name(from));
      from.getLong(); // the type and its modifier
    }
  }

  private ProducerRecord<byte[], byte[]> appended(ByteBuffer from) {
    from.get(); // N: the new row
    var values = new byte @Nullable [COLUMNS.size()][];
    var count = from.getShort();
    for (var place = 0; place < count; place++) {
      if (from.get() == 't') {
        var value = new byte[from.getInt()];
        from.get(value);
        if (columns[place] >= 0) {
          values[columns[place]] = value;
        }
      }
    }
    return record(values);
  }

  private ProducerRecord<byte[], byte[]> record(byte[][] row) {
    var record = new ProducerRecord<>(topic(row[AGGREGATE_TYPE]), row[AGGREGATE_ID], row[PAYLOAD]);
    var headers = record.headers();
    headers.add("ce_specversion", SPEC_VERSION);
    headers.add("ce_id", row[ID]);
    headers.add("ce_source", source);
    headers.add("ce_type", row[TYPE]);
    headers.add("ce_subject", row[AGGREGATE_ID]);
    headers.add("ce_time", time(row[ID]));
    headers.add("ce_sequence", row[AGGREGATE_VERSION]);
    headers.add("content-type", JSON);
    addIfKnown(record, "traceparent", row[TRACEPARENT]);
    addIfKnown(record, "ce_causationid", row[CAUSATION_ID]);
    addIfKnown(record, "ce_correlationid", row[CORRELATION_ID]);
    return record;
  }

  private static void addIfKnown(
      ProducerRecord<byte[], byte[]> record, String name, byte @Nullable [] value) {
    if (value != null) {
      record.headers().add(name, value);
    }
  }

  private String topic(byte[] aggregateType) {
    if (!Arrays.equals(aggregateType, lastType)) {
      lastType = aggregateType;
      topic = new String(aggregateType, UTF_8) + ".events";
    }
    return topic;
  }

  private static byte[] time(byte[] id) {
    var milliseconds = 0L;
    for (var place = 0; place < TIME_END; place++) {
      if (place != TIME_HEAD) {
        milliseconds = milliseconds << 4 | Character.digit(id[place], 16);
      }
    }
    return Instant.ofEpochMilli(milliseconds).toString().getBytes(UTF_8);
  }

  /** Up to a byte of zero. */
  private static String name(ByteBuffer from) {
    var start = from.position();
    while (from.get() != 0) {
      // The position moves.
    }
    return new String(from.array(), from.arrayOffset() + start, from.position() - 1 - start, UTF_8);
  }
}
