package onceward.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static onceward.relay.OutboxDatabase.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import onceward.relay.publish.Delivery;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is committed arrives, whole and in order; what is not, does not. In both modes. */
@ParameterizedClass
@EnumSource(Delivery.class)
class RelayTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Delivery delivery;

  private OutboxDatabase database;
  private TopicReader topic;
  private TestRelay relay;

  RelayTest(Delivery delivery) {
    this.delivery = delivery;
  }

  @BeforeEach
  void start() {
    database = OutboxDatabase.create();
    topic = new TopicReader().createTopic();
    relay = start(database);
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

  @Test
  void a_rolled_back_row_never_arrives() throws Exception {
    try (var connection = database.begin()) {
      OutboxDatabase.append(connection, topic.aggregateType(), "a", 1);
      connection.rollback();
    }
    database.append(topic.aggregateType(), "a", 2);
    database.append(topic.aggregateType(), "a", 3);

    topic.atLeast(2);

    assertThat(topic.versions()).containsExactly("2", "3");
  }

  @Test
  void all_rows_of_one_statement_arrive_in_order() throws Exception {
    database.appendAtOnce(topic.aggregateType(), "a", 100);

    topic.atLeast(100);

    assertThat(topic.versions()).isEqualTo(oneTo(100));
  }

  @Test
  void all_rows_of_a_copy_arrive_in_order() throws Exception {
    database.copy(topic.aggregateType(), "a", 100);

    topic.atLeast(100);

    assertThat(topic.versions()).isEqualTo(oneTo(100));
  }

  @Test
  void transactions_arrive_in_the_order_of_their_commits() throws Exception {
    try (var early = database.begin();
        var late = database.begin()) {
      OutboxDatabase.append(early, topic.aggregateType(), "a", 1);
      OutboxDatabase.append(late, topic.aggregateType(), "b", 2);
      late.commit();
      early.commit();
    }

    topic.atLeast(2);

    assertThat(topic.versions()).containsExactly("2", "1");
  }

  @Test
  void a_row_outside_the_partitions_of_today_arrives_too() throws Exception {
    database.administer(
        "insert into outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload) values (gen_random_uuid(), '%s', 'a', 1, 'Moved', '{}')"
            .formatted(topic.aggregateType()));

    assertThat(topic.atLeast(1).getFirst().headers().lastHeader("ce_time")).isNull();
  }

  @Test
  void health_and_metrics_tell_of_the_pipeline() throws Exception {
    database.append(topic.aggregateType(), "a", 1);
    topic.atLeast(1);

    await().atMost(LIMIT).until(relay::isReady);
    assertThat(relay.get("/health").body()).contains("STREAMING");
    assertThat(relay.get("/health/liveness").statusCode()).isEqualTo(200);
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(relay.get("/prometheus").body())
                .contains("relay_published_total{pipeline=\"shop\"} 1.0")
                .contains("relay_restarts_total{pipeline=\"shop\"} 0.0")
                .contains("relay_publish_batch_count{pipeline=\"shop\"} 1")
                .contains("relay_commit_to_ack_seconds_count{pipeline=\"shop\"} 1")
                .contains("relay_state{pipeline=\"shop\",state=\"STREAMING\"} 1.0")
                .contains("relay_state{pipeline=\"shop\",state=\"STOPPED\"} 0.0")
                .containsPattern("relay_canary_age_seconds\\{pipeline=\"shop\"} 0\\.")
                .containsPattern("relay_slot_retained_bytes\\{pipeline=\"shop\"} [1-9]")
                .contains("relay_slot_safe{pipeline=\"shop\"} 1.0")
                .contains("relay_in_flight{pipeline=\"shop\"} 0.0"));
  }

  @Test
  void an_operator_sees_how_it_stands_pauses_and_resumes_it() throws Exception {
    database.append(topic.aggregateType(), "a", 1);
    topic.atLeast(1);
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(relay.get("/relay").body())
                .contains("\"pipeline\":\"shop\"", "\"state\":\"STREAMING\"", "\"published\":1")
                .contains("\"walStatus\":\"reserved\"", "\"canaryAgeSeconds\":0."));

    assertThat(relay.post("/relay/shop/pause", "{\"operator\":\"ada\"}").statusCode())
        .isEqualTo(200);

    await().atMost(LIMIT).until(() -> relay.get("/relay").body().contains("\"reason\":\"paused\""));
    assertThat(relay.isReady()).isFalse();
    database.append(topic.aggregateType(), "a", 2);
    assertThat(relay.post("/relay/shop/accept").statusCode()).isEqualTo(409);
    assertThat(relay.post("/relay/shop/stop").statusCode()).isEqualTo(404);
    assertThat(relay.post("/relay/shoe/pause").body()).contains("there is no pipeline 'shoe'");
    assertThat(topic.readOn()).containsExactly("1");

    assertThat(relay.post("/relay/shop/resume").statusCode()).isEqualTo(200);

    await().atMost(LIMIT).untilAsserted(() -> assertThat(topic.readOn()).endsWith("2"));
    assertThat(relay.get("/relay").body())
        .contains(
            "\"cause\":\"paused: an operator paused it\",\"operator\":\"ada\",\"role\":\"operator\",\"address\":\"127.0.0.1\"")
        .contains("\"cause\":\"resumed\",\"operator\":\"unknown\",\"role\":\"operator\"");
  }

  @Test
  void a_relay_that_starts_again_takes_up_where_the_last_one_ended() throws Exception {
    database.append(topic.aggregateType(), "a", 1);
    topic.atLeast(1);
    relay.close();
    database.append(topic.aggregateType(), "a", 2);

    relay = start(database);
    database.append(topic.aggregateType(), "a", 3);

    await().atMost(LIMIT).untilAsserted(() -> assertThat(topic.readOn()).endsWith("2", "3"));
    // At least once, what is acknowledged last comes twice: the slot is one transaction behind.
    assertThat(topic.versions().stream().distinct().toList()).isEqualTo(oneTo(3));
    if (delivery == Delivery.EXACTLY_ONCE) {
      assertThat(topic.versions()).isEqualTo(oneTo(3));
    }
  }

  private TestRelay start(OutboxDatabase from) {
    return TestRelay.start(from.properties("shop", delivery));
  }

  private static List<String> oneTo(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
  }

  private static Map<String, String> headers(ConsumerRecord<?, ?> record) {
    var headers = new LinkedHashMap<String, String>();
    record.headers().forEach(one -> headers.put(one.key(), new String(one.value(), UTF_8)));
    return headers;
  }
}
