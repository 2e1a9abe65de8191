package onceward.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageRecordsTest {

  private static final Message MESSAGE =
      new Message(
          UUID.fromString("0199a3c4-7b1e-7c55-9d2f-3a8b6c1d4e5f"),
          "account",
          "0199a3c4-0000-7000-8000-000000000001",
          3,
          "AccountActivated",
          "{ \"name\" : \"김민지\" }",
          new MessageContext(
              "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
              UUID.fromString("0199a3c4-7b1e-7c55-9d2f-000000000002"),
              UUID.fromString("0199a3c4-7b1e-7c55-9d2f-000000000001")));

  @Test
  void a_record_carries_the_payload_byte_for_byte_under_the_aggregate_id() {
    var record = MessageRecords.toRecord(MESSAGE, "/onceward/auth-service");

    assertThat(record.topic()).isEqualTo("account.events");
    assertThat(record.key()).asString(UTF_8).isEqualTo(MESSAGE.aggregateId());
    assertThat(record.value()).asString(UTF_8).isEqualTo("{ \"name\" : \"김민지\" }");
    assertThat(record.partition()).isNull();
  }

  @Test
  void the_headers_are_those_of_a_cloud_event_in_binary_mode_with_trace_context() {
    var record = MessageRecords.toRecord(MESSAGE, "/onceward/auth-service");

    assertThat(headers(record))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("ce_specversion", "1.0"),
                Map.entry("ce_id", "0199a3c4-7b1e-7c55-9d2f-3a8b6c1d4e5f"),
                Map.entry("ce_source", "/onceward/auth-service"),
                Map.entry("ce_type", "AccountActivated"),
                Map.entry("ce_subject", "0199a3c4-0000-7000-8000-000000000001"),
                Map.entry("ce_time", "2025-10-02T07:13:06.846Z"),
                Map.entry("ce_sequence", "3"),
                Map.entry("content-type", "application/json"),
                Map.entry("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                Map.entry("ce_causationid", "0199a3c4-7b1e-7c55-9d2f-000000000002"),
                Map.entry("ce_correlationid", "0199a3c4-7b1e-7c55-9d2f-000000000001")));
  }

  @Test
  void a_message_read_back_is_the_message_that_was_written() {
    assertThat(MessageRecords.toMessage(received(MessageRecords.toRecord(MESSAGE, "/x"))))
        .isEqualTo(MESSAGE);
  }

  @Test
  void what_is_not_known_about_the_origin_is_left_out_and_stays_unknown() {
    var bare = new Message(MESSAGE.id(), "account", "a", 1, "T", "{}", MessageContext.NONE);
    var record = MessageRecords.toRecord(bare, "/x");

    assertThat(headers(record))
        .doesNotContainKeys("traceparent", "ce_causationid", "ce_correlationid");
    assertThat(MessageRecords.toMessage(received(record))).isEqualTo(bare);
  }

  @Test
  void a_record_without_an_id_is_refused_by_name_and_place_without_its_value() {
    var record = MessageRecords.toRecord(MESSAGE, "/x");
    record.headers().remove("ce_id");

    assertThatThrownBy(() -> MessageRecords.toMessage(received(record)))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage("record at account.events-0 offset 7 is no message: header ce_id is missing");
  }

  @Test
  void a_sequence_that_is_no_number_is_refused() {
    var record = MessageRecords.toRecord(MESSAGE, "/x");
    record.headers().remove("ce_sequence").add("ce_sequence", "three".getBytes(UTF_8));

    assertThatThrownBy(() -> MessageRecords.toMessage(received(record)))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("three");
  }

  /** The key orders and parks messages, the subject names the aggregate: two would part company. */
  @Test
  void a_record_whose_key_is_not_its_subject_is_refused() {
    var record = MessageRecords.toRecord(MESSAGE, "/x");
    var asJson = ("\"" + MESSAGE.aggregateId() + "\"").getBytes(UTF_8);

    assertThatThrownBy(() -> MessageRecords.toMessage(received(withKey(asJson, record))))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("key differs from header ce_subject")
        .hasMessageContaining("converter")
        .hasMessageNotContaining(MESSAGE.aggregateId());
  }

  /** It asks for no order, and its key parks nothing. */
  @Test
  void a_record_without_a_key_is_a_message() {
    var record = MessageRecords.toRecord(MESSAGE, "/x");

    assertThat(MessageRecords.toMessage(received(withKey(null, record)))).isEqualTo(MESSAGE);
  }

  /**
   * The database keeps a key as text, and gives bytes back that are no longer those of the topic.
   */
  @Test
  void bytes_that_are_no_text_are_the_same_in_key_and_subject() {
    var noText = new byte[] {'a', (byte) 0xff, 'b'};
    var record = MessageRecords.toRecord(MESSAGE, "/x");
    record.headers().remove("ce_subject").add("ce_subject", noText);

    var message = MessageRecords.toMessage(received(withKey(noText, record)));
    assertThat(message.aggregateId()).isEqualTo("a\uFFFDb");
    var stored = MessageRecords.keyBytes(message.aggregateId());
    assertThat(MessageRecords.toMessage(received(withKey(stored, record)))).isEqualTo(message);
  }

  private static ProducerRecord<byte[], byte[]> withKey(
      byte @Nullable [] key, ProducerRecord<byte[], byte[]> of) {
    return new ProducerRecord<>(of.topic(), null, key, of.value(), of.headers());
  }

  private static Map<String, String> headers(ProducerRecord<?, ?> record) {
    return StreamSupport.stream(record.headers().spliterator(), false)
        .collect(Collectors.toMap(Header::key, header -> new String(header.value(), UTF_8)));
  }

  private static ConsumerRecord<byte[], byte[]> received(ProducerRecord<byte[], byte[]> sent) {
    return new ConsumerRecord<>(
        sent.topic(),
        0,
        7,
        0L,
        TimestampType.CREATE_TIME,
        0,
        0,
        sent.key(),
        sent.value(),
        sent.headers(),
        Optional.empty());
  }
}
