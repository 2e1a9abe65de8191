package onceward.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static onceward.relay.OutboxDatabase.payload;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is committed arrives, whole and in order; what is not, does not. */
class RelayTest {

  private OutboxDatabase database;
  private TopicReader topic;
  private TestRelay relay;

  @BeforeEach
  void start() {
    database = OutboxDatabase.create();
    topic = new TopicReader().createTopic();
    relay = TestRelay.start(database.properties("shop"));
  }

  @AfterEach
  void end() throws Exception {
    relay.close();
    topic.close();
    database.close();
  }

  @Test
  void a_committed_row_arrives_as_key_payload_and_headers() throws Exception {
    var cause = UUID.randomUUID();
    var first = UUID.randomUUID();
    var trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    UUID id;
    try (var connection = database.begin();
        var insert =
            connection.prepareStatement(
                """
                insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload,
                                    traceparent, causationid, correlationid)
                values (?, 'thing 1 é', 1, 'Moved', ?, ?, ?, ?) returning id
                """)) {
      insert.setString(1, topic.aggregateType());
      insert.setString(2, payload(1));
      insert.setString(3, trace);
      insert.setObject(4, cause);
      insert.setObject(5, first);
      var row = insert.executeQuery();
      row.next();
      id = row.getObject(1, UUID.class);
      connection.commit();
    }

    var record = topic.atLeast(1).getFirst();

    assertThat(record.key()).isEqualTo("thing 1 é".getBytes(UTF_8));
    assertThat(record.value()).isEqualTo(payload(1).getBytes(UTF_8));
    assertThat(headers(record))
        .containsOnlyKeys(
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_type",
            "ce_subject",
            "ce_time",
            "ce_sequence",
            "content-type",
            "traceparent",
            "ce_causationid",
            "ce_correlationid")
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_id", id.toString())
        .containsEntry("ce_source", "/onceward/shop")
        .containsEntry("ce_type", "Moved")
        .containsEntry("ce_subject", "thing 1 é")
        .containsEntry("ce_sequence", "1")
        .containsEntry("content-type", "application/json")
        .containsEntry("traceparent", trace)
        .containsEntry("ce_causationid", cause.toString())
        .containsEntry("ce_correlationid", first.toString());
  }

  private static Map<String, String> headers(ConsumerRecord<?, ?> record) {
    var headers = new LinkedHashMap<String, String>();
    record.headers().forEach(one -> headers.put(one.key(), new String(one.value(), UTF_8)));
    return headers;
  }
}
