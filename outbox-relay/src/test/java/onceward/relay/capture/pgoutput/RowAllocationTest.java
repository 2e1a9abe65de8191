package onceward.relay.capture.pgoutput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import onceward.messaging.MessageRecords;
import onceward.relay.capture.Resumption;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import org.junit.jupiter.api.Test;
import org.postgresql.core.Oid;

/**
 * Goal: what the relay allocates for a row, from the server's bytes to the record that the producer
 * is handed, stays what it is. Method: the JVM counts the bytes that the thread allocates, which
 * does not depend on the machine or on time.
 */
class RowAllocationTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int OUTBOX = 16_400;
  private static final int ROWS = 1_000;

  /** A text of the payload, and its bytes again. */
  private static final int COPIES_MAX = 2;

  private static final int BESIDE_MAX = 2_300;

  @Test
  void a_payload_is_copied_twice_and_the_rest_of_a_row_has_a_bound() {
    var small = allocatedForRow(400);
    var large = allocatedForRow(4_400);

    assertThat((large - small) / 4_000.0).as("copies of a payload").isLessThan(COPIES_MAX + 0.01);
    assertThat(small - COPIES_MAX * 400).as("bytes beside the copies").isLessThan(BESIDE_MAX);
  }

  private static long allocatedForRow(int payloadBytes) {
    var reader = reader();
    var row = insert(payloadBytes);
    // What is made once is made by the first.
    publish(reader, row);
    var before = THREADS.getCurrentThreadAllocatedBytes();
    for (var i = 0; i < ROWS; i++) {
      publish(reader, row);
    }
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / ROWS;
  }

  private static void publish(ChangeReader reader, byte[] row) {
    var inserted = PgoutputDecoder.decode(ByteBuffer.wrap(row));
    var change = requireNonNull(reader.read(inserted, new Lsn(9), row.length));
    MessageRecords.toRecord(requireNonNull(change.message()), "order.events", "/shop", _ -> 3);
  }

  private static ChangeReader reader() {
    var beginning = new Position(ChangeReaderTest.DATABASE.slot(), "1", 1, "", 0, new Lsn(0), null);
    var reader =
        new ChangeReader(
            ChangeReaderTest.DATABASE, OUTBOX, new Resumption("shop", beginning), Set.of());
    var columns =
        List.of(
            new PgoutputMessage.Column("id", Oid.UUID),
            new PgoutputMessage.Column("aggregatetype", Oid.TEXT),
            new PgoutputMessage.Column("aggregateid", Oid.TEXT),
            new PgoutputMessage.Column("aggregateversion", Oid.INT8),
            new PgoutputMessage.Column("type", Oid.TEXT),
            new PgoutputMessage.Column("payload", Oid.TEXT),
            new PgoutputMessage.Column("traceparent", Oid.TEXT));
    reader.read(new PgoutputMessage.Relation(OUTBOX, "public", "outbox", columns), new Lsn(1), 0);
    reader.read(new PgoutputMessage.Begin(1, new Lsn(99), Instant.EPOCH), new Lsn(2), 0);
    return reader;
  }

  private static byte[] insert(int payloadBytes) {
    var values =
        List.of(
            "01930d3a-7a00-7000-8000-000000000001",
            "order",
            "01930d3a-7a00-7000-8000-000000000002",
            "17",
            "OrderPlaced",
            "x".repeat(payloadBytes),
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    var bytes = ByteBuffer.allocate(payloadBytes + 1_000);
    bytes.put((byte) 'I').putInt(OUTBOX).put((byte) 'N').putShort((short) values.size());
    for (var value : values) {
      var text = value.getBytes(UTF_8);
      bytes.put((byte) 't').putInt(text.length).put(text);
    }
    var row = new byte[bytes.position()];
    bytes.flip().get(row);
    return row;
  }
}
