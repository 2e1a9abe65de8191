package onceward.benchmarks.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The floor publishes the records of the relay, or it would be no floor of it. */
final class PgoutputRecordsTest {

  private static final String SOURCE = "/onceward/bench";
  private static final int OUTBOX = 16_400;
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

  private final PgoutputRecords records = new PgoutputRecords(SOURCE);

  @Test
  void a_row_becomes_the_record_that_the_library_makes_of_it() throws IOException {
    var message =
        message(
            new MessageContext(
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                UUID.randomUUID(),
                UUID.randomUUID()));

    assertSame(published(message), MessageRecords.toRecord(message, SOURCE));
  }

  @Test
  void what_is_not_known_has_no_header() throws IOException {
    var message = message(MessageContext.NONE);

    assertSame(published(message), MessageRecords.toRecord(message, SOURCE));
  }

  @Test
  void rows_of_other_tables_and_the_rest_of_a_transaction_are_passed_over() throws IOException {
    records.read(relation(OUTBOX, "outbox"));
    records.read(relation(OUTBOX + 1, "relay_canary"));

    assertThat(records.read(insert(OUTBOX + 1, message(MessageContext.NONE)))).isNull();
    assertThat(records.read(ByteBuffer.wrap(new byte[] {'B', 0, 0, 0, 0, 0, 0, 0, 0}))).isNull();
    assertThat(records.read(ByteBuffer.wrap(new byte[] {'C', 0}))).isNull();
    assertThat(records.read(insert(OUTBOX, message(MessageContext.NONE)))).isNotNull();
  }

  private @Nullable ProducerRecord<byte[], byte[]> published(Message message) throws IOException {
    records.read(relation(OUTBOX, "outbox"));
    return records.read(insert(OUTBOX, message));
  }

  private static void assertSame(
      @Nullable ProducerRecord<byte[], byte[]> record, ProducerRecord<byte[], byte[]> expected) {
    assertThat(record).isNotNull();
    assertThat(record.topic()).isEqualTo(expected.topic());
    assertThat(record.key()).isEqualTo(expected.key());
    assertThat(record.value()).isEqualTo(expected.value());
    assertThat(record.headers()).isEqualTo(expected.headers());
  }

  private static Message message(MessageContext context) {
    return new Message(
        UUID.fromString("01a22411-ea6b-75d0-81c2-4064aebda366"),
        "thing",
        "key-7",
        12,
        "BenchHappened",
        "{\"filler\":\"§\"}",
        context);
  }

  private static ByteBuffer relation(int oid, String table) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.write('R');
    out.writeInt(oid);
    text(out, "public");
    text(out, table);
    out.write('d');
    out.writeShort(COLUMNS.size());
    for (var column : COLUMNS) {
      out.write(0);
      text(out, column);
      out.writeInt(25);
      out.writeInt(-1);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.write(0);
  }

  private static ByteBuffer insert(int oid, Message message) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.write('I');
    out.writeInt(oid);
    out.write('N');
    out.writeShort(COLUMNS.size());
    value(out, message.id());
    value(out, message.aggregateType());
    value(out, message.aggregateId());
    value(out, message.aggregateVersion());
    value(out, message.type());
    value(out, message.payload());
    value(out, message.context().traceparent());
    value(out, message.context().causationId());
    value(out, message.context().correlationId());
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  private static void value(DataOutputStream out, @Nullable Object value) throws IOException {
    if (value == null) {
      out.write('n');
      return;
    }
    var bytes = value.toString().getBytes(UTF_8);
    out.write('t');
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
