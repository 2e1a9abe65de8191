package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import onceward.localstack.kafka.Topic;
import onceward.messaging.Message;
import onceward.messaging.testkit.TestServers;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.Publisher;
import onceward.relay.republish.Republish;
import onceward.relay.republish.RepublishRequests.Action;
import onceward.relay.republish.RepublishState;
import onceward.relay.republish.Unpublished;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a topic lacks comes back from the outbox, in order, by the relay itself. In both modes. */
@ParameterizedClass
@EnumSource(Delivery.class)
class RepublishTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String OPERATOR = "ada";

  private final Delivery delivery;
  private OutboxDatabase database;
  private TopicReader topic;
  private TopicReader committed;
  private ConfiguredParts parts;

  RepublishTest(Delivery delivery) {
    this.delivery = delivery;
  }

  @BeforeEach
  void create() {
    database = OutboxDatabase.create();
    topic = new TopicReader().createTopic();
    committed = topic.committed();
    parts = database.parts(delivery, 512);
  }

  @AfterEach
  void end() throws Exception {
    committed.close();
    topic.close();
    database.close();
  }

  /** Guard: without waiting for the request, version 7 of the log would come before version 4. */
  @Test
  void what_a_lost_slot_passed_over_comes_before_what_the_new_slot_brings() throws Exception {
    append(1, 3);
    try (var _ = start(parts)) {
      committed.atLeast(3);
    }
    append(4, 6);
    database.dropSlot();
    database.makeSlot("pgoutput");
    append(7, 8);
    var request = database.requestAgain(database.ids("aggregateversion between 4 and 6"));

    try (var pipeline = LonePipeline.start(parts)) {
      pipeline.awaitStopped(StopReason.SLOT_AHEAD);
      assertThat(pipeline.accept()).isTrue();

      committed.atLeast(8);
      awaitState(request, RepublishState.DONE);
      assertThat(committed.readOn()).isEqualTo(versions(1, 8));
      assertThat(find(request).published()).isEqualTo(3);
      assertThat(database.ask("select count(*) from relay_republish_message")).isEqualTo("0");
      assertThat(database.ask("select count(*) from relay_republished where request = " + request))
          .isEqualTo("3");
      pipeline.awaitStreaming();
    }
  }

  @Test
  void a_topic_that_was_deleted_and_made_again_gets_its_messages_again() throws Exception {
    append(1, 5);
    try (var pipeline = start(parts)) {
      committed.atLeast(5);
      pipeline.awaitStreaming();
      TopicReader.delete(topic.name());
      pipeline.awaitStopped(StopReason.TOPIC_CHANGED);
    }
    TestServers.kafka().createTopics(new Topic(topic.name(), 1, 1024 * 1024, Duration.ofDays(1)));
    append(6, 7);
    database.requestAgain(database.ids("aggregateversion <= 5"));

    try (var pipeline = LonePipeline.start(parts);
        var anew = topic.committed()) {
      pipeline.awaitStopped(StopReason.TOPIC_CHANGED);
      assertThat(pipeline.accept()).isTrue();

      anew.atLeast(7);
      assertThat(distinct(anew.readOn())).isEqualTo(versions(1, 7));
    }
  }

  /** Method: rows are appended all the time while old ones are published again. */
  @Test
  void the_stream_goes_on_behind_a_request_and_loses_and_reorders_nothing() throws Exception {
    database.copy(topic.aggregateType(), "old", 3_000);
    try (var pipeline = start(parts)) {
      committed.atLeast(3_000);
      pipeline.awaitStreaming();
      var ids = database.ids("aggregateid = 'old'");
      append(1, 20);

      var request = database.requestAgain(ids);

      for (int version = 21; version <= 60; version++) {
        append(version, version);
      }
      awaitState(request, RepublishState.DONE);
      append(61, 70);
      committed.atLeast(3_000 + 3_000 + 70);
      assertThat(ofKey("a")).isEqualTo(versions(1, 70));
      assertThat(ofKey("old"))
          .isEqualTo(
              Stream.concat(versions(1, 3_000).stream(), versions(1, 3_000).stream()).toList());
      assertThat(pipeline.status().isStreaming()).isTrue();
      assertThat(pipeline.pipeline().failures()).isZero();
    }
  }

  /** Guard: were a chunk noted before Kafka has it, this one would be lost. */
  @Test
  void what_kafka_does_not_acknowledge_is_published_again() throws Exception {
    append(1, 4);
    database.dropSlot();
    database.makeSlot("pgoutput");
    append(5, 5);
    var request = database.requestAgain(database.ids("aggregateversion <= 4"));
    var failures = new AtomicInteger();
    var failing =
        new FaultyParts(parts) {
          @Override
          public Publisher publisher() {
            return new FaultyPublisher(super.publisher()) {
              @Override
              List<Message> sending(List<Message> messages) {
                if (!messages.isEmpty() && failures.getAndIncrement() == 0) {
                  throw new UncheckedIOException(new IOException("no answer"));
                }
                return messages;
              }
            };
          }
        };

    try (var _ = start(failing)) {
      awaitState(request, RepublishState.DONE);
      committed.atLeast(5);
      assertThat(distinct(committed.readOn())).isEqualTo(versions(1, 5));
      assertThat(failures.get()).isGreaterThan(1);
    }
  }

  @Test
  void a_message_that_kafka_refuses_pauses_the_request_and_not_the_stream() throws Exception {
    append(1, 1);
    UUID large;
    try (var connection = database.begin()) {
      large = OutboxDatabase.appendLarge(connection, topic.aggregateType(), "a", 2, 50_000);
      connection.commit();
    }
    append(3, 3);
    database.dropSlot();
    database.makeSlot("pgoutput");
    topic.limitMessageBytes(20_000);
    var request = database.requestAgain(database.ids("true"));

    try (var pipeline = start(parts)) {
      awaitState(request, RepublishState.PAUSED);
      assertThat(find(request).refused()).isEqualTo(large);
      assertThat(find(request).trouble()).contains("refuses message " + large);
      database.append(topic.aggregateType(), "b", 1);
      await().atMost(LIMIT).until(() -> committed.arrivals().contains("b1"));
      pipeline.awaitStreaming();

      topic.limitMessageBytes(1024 * 1024);
      change(request, Action.RESUME);

      awaitState(request, RepublishState.DONE);
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(distinct(ofKey("a"))).isEqualTo(versions(1, 3)));
    }
  }

  @Test
  void a_topic_that_is_missing_pauses_the_request_and_not_the_stream() throws Exception {
    try (var gone = new TopicReader()) {
      database.append(gone.aggregateType(), "a", 1);
      database.dropSlot();
      database.makeSlot("pgoutput");
      var request = database.requestAgain(database.ids("true"));

      try (var _ = start(parts)) {
        awaitState(request, RepublishState.PAUSED);
        assertThat(find(request).trouble()).contains(gone.name());
        append(1, 2);
        committed.atLeast(2);

        change(request, Action.CANCEL);

        assertThat(find(request).state()).isEqualTo(RepublishState.CANCELLED);
        assertThat(find(request).waiting()).isEqualTo(1);
      }
    }
  }

  @Test
  void what_is_gone_parked_or_discarded_is_named_and_not_published() throws Exception {
    append(1, 4);
    database.append(topic.aggregateType(), "b", 1);
    database.append(topic.aggregateType(), "c", 1);
    database.dropSlot();
    database.makeSlot("pgoutput");
    database.administer(
        """
        insert into relay_parked (slot, message_id, aggregatetype, aggregateid, aggregateversion, type, payload, quarantined_by)
        select '%1$s', id, aggregatetype, aggregateid, aggregateversion, type, payload, 'ada' from outbox
        where aggregateid = 'a' and aggregateversion = 3
        """
            .formatted(database.slot()));
    database.administer(
        """
        insert into relay_parked (slot, message_id, aggregatetype, aggregateid, aggregateversion, type, payload, discarded_by, ended_at)
        select '%1$s', id, aggregatetype, aggregateid, aggregateversion, type, payload, 'ada', now() from outbox
        where aggregateid = 'c'
        """
            .formatted(database.slot()));
    var ids = new ArrayList<>(database.ids("true"));
    var gone = UUID.randomUUID();
    ids.add(gone);
    var request = database.requestAgain(ids);

    try (var _ = start(parts)) {
      awaitState(request, RepublishState.DONE);

      committed.atLeast(3);
      assertThat(committed.arrivals()).containsExactlyInAnyOrder("a1", "a2", "b1");
      assertThat(find(request).unpublished())
          .isEqualTo(
              Map.of(Unpublished.GONE, 1L, Unpublished.PARKED, 2L, Unpublished.DISCARDED, 1L));
      assertThat(parts.republishRequests().unpublished(request))
          .hasSize(4)
          .containsEntry(gone, Unpublished.GONE);
    }
  }

  @Test
  void a_request_that_is_paused_or_cancelled_publishes_nothing_more() throws Exception {
    append(1, 2);
    database.dropSlot();
    database.makeSlot("pgoutput");
    var request = database.requestAgain(database.ids("true"));
    change(request, Action.PAUSE);
    append(3, 3);
    try (var _ = start(parts)) {
      committed.atLeast(1);
      assertThat(find(request).state()).isEqualTo(RepublishState.PAUSED);
      assertThat(find(request).trouble()).isEqualTo("ada paused it");

      change(request, Action.CANCEL);
      append(4, 4);

      committed.atLeast(2);
      assertThat(distinct(committed.readOn())).isEqualTo(versions(3, 4));
      assertThat(database.ask("select count(*) from relay_republish_message")).isEqualTo("0");
    }
  }

  /** Method: a relay of today serves a database whose migrations are older. */
  @Test
  void a_database_without_the_tables_is_served_all_the_same() throws Exception {
    database.administer("drop table relay_republish_message, relay_republished, relay_republish");
    append(1, 2);
    try (var pipeline = start(parts)) {
      committed.atLeast(2);
      pipeline.awaitStreaming();
    }
  }

  @Test
  void an_operator_requests_over_http() throws Exception {
    append(1, 2);
    var id = database.ids("aggregateversion = 1").getFirst();
    try (var relay = TestRelay.start(database.properties("shop", delivery))) {
      committed.atLeast(2);
      assertThat(relay.post("/republish/shoe", "{}").statusCode()).isEqualTo(404);
      var made = relay.post("/republish/shop", "{\"operator\":\"ada\",\"reason\":\"a test\"}");
      assertThat(made.statusCode()).isEqualTo(200);
      assertThat(made.body()).contains("\"state\":\"COLLECTING\"", "\"reason\":\"a test\"");
      var path = "/republish/shop/" + made.body().replaceAll(".*\"request\":(\\d+).*", "$1");
      assertThat(relay.post("/republish/shop", "{}").statusCode()).isEqualTo(409);
      assertThat(relay.post(path + "/add", "{\"messages\":[\"%s\"]}".formatted(id)).body())
          .contains("\"messages\":1");
      assertThat(relay.post(path + "/resume", "{}").body())
          .contains("is COLLECTING; allowed: [PAUSED]");

      assertThat(relay.post(path + "/start", "{\"operator\":\"ada\"}").statusCode()).isEqualTo(200);

      await().atMost(LIMIT).until(() -> relay.get(path).body().contains("\"state\":\"DONE\""));
      assertThat(relay.get("/republish").body()).contains("\"published\":1");
      assertThat(relay.post(path + "/add", "{\"messages\":[]}").statusCode()).isEqualTo(409);
      assertThat(relay.post(path + "/stop", "{}").statusCode()).isEqualTo(404);
      assertThat(relay.get("/republish/shop/4711").statusCode()).isEqualTo(404);
      await()
          .atMost(LIMIT)
          .until(() ->
              relay
                  .get("/prometheus")
                  .body()
                  .contains("relay_republished_total{pipeline=\"shop\"} 1.0"));
      assertThat(committed.readOn()).isEqualTo(List.of("1", "2", "1"));
    }
  }

  private void append(int first, int last) throws Exception {
    for (int version = first; version <= last; version++) {
      database.append(topic.aggregateType(), "a", version);
    }
  }

  private static LonePipeline start(PipelineParts parts) {
    return LonePipeline.start(parts);
  }

  private void change(long request, Action action) {
    assertThat(parts.republishRequests().change(request, action, OPERATOR)).isTrue();
  }

  private Republish find(long request) {
    return parts.republishRequests().find(request).orElseThrow();
  }

  private void awaitState(long request, RepublishState state) {
    await().atMost(LIMIT).until(() -> find(request).state() == state);
  }

  private List<String> ofKey(String key) {
    return committed.arrivals().stream()
        .filter(arrival -> arrival.matches(key + "\\d+"))
        .map(arrival -> arrival.substring(key.length()))
        .toList();
  }

  private static List<String> distinct(List<String> versions) {
    return List.copyOf(new LinkedHashSet<>(versions));
  }

  private static List<String> versions(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
  }
}
