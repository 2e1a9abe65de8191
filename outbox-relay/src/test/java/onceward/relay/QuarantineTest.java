package onceward.relay;

import static onceward.relay.LonePipeline.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.Publisher;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: an operator can quarantine a message that Kafka refuses. The message is not lost, its key
 * keeps its order, and all other keys flow.
 *
 * <p>Method: the limit of the topic is lowered while the outbox has messages of two aggregates in
 * one transaction, so that one batch holds the refused message and messages before and behind it.
 */
class QuarantineTest extends PoisonedOutbox {

  @ParameterizedTest
  @EnumSource
  void its_key_is_parked_and_all_other_keys_flow(Delivery delivery) throws Exception {
    topic.limitMessageBytes(LOW);
    var refused = appendWithPoison();
    var behind = database.logPosition();
    try (var pipeline = LonePipeline.start(database.parts(delivery, 512))) {
      pipeline.awaitStopped(StopReason.MESSAGE_REFUSED);
      assertThat(database.slotIsPast(behind)).isFalse();

      assertThat(pipeline.pipeline().quarantine(refused, ADA)).isTrue();

      awaitArrived("a1", "b1", "b2");
      append("b", 3);
      append("a", 4);
      awaitArrived("a1", "b1", "b2", "b3");
      await().atMost(LIMIT).until(() -> database.slotIsPast(behind));
      await().atMost(LIMIT).until(() -> parked().equals("a2 a3 a4"));

      topic.limitMessageBytes(HIGH);
      assertThat(pipeline.pipeline().quarantine().retry(refused, OPERATOR)).isTrue();

      awaitArrived("a1", "b1", "b2", "b3", "a2", "a3", "a4");
      append("a", 5);
      awaitArrived("a1", "b1", "b2", "b3", "a2", "a3", "a4", "a5");
      assertThat(parked()).isEmpty();
      assertThat(audit(refused)).isEqualTo("ada released by ada, without payload");
    }
    if (delivery == Delivery.EXACTLY_ONCE) {
      assertThat(committed.arrivals()).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @EnumSource
  void its_key_flows_again_without_a_discarded_message(Delivery delivery) throws Exception {
    topic.limitMessageBytes(LOW);
    var refused = appendWithPoison();
    try (var pipeline = LonePipeline.start(database.parts(delivery, 512))) {
      pipeline.awaitStopped(StopReason.MESSAGE_REFUSED);
      pipeline.pipeline().quarantine(refused, ADA);
      awaitArrived("a1", "b1", "b2");

      assertThat(pipeline.pipeline().quarantine().discard(refused, OPERATOR)).isTrue();

      awaitArrived("a1", "b1", "b2", "a3");
      append("a", 4);
      awaitArrived("a1", "b1", "b2", "a3", "a4");
      assertThat(database.ask("select payload is not null from relay_parked")).isEqualTo("t");
    }
    try (var pipeline = LonePipeline.start(database.parts(delivery, 512)).awaitStreaming()) {
      append("a", 5);
      awaitArrived("a1", "b1", "b2", "a3", "a4", "a5");
      assertThat(committed.arrivals()).doesNotContain("a2");
      assertThat(pipeline.status().isStreaming()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_release_that_is_refused_once_more_is_withdrawn(Delivery delivery) throws Exception {
    topic.limitMessageBytes(LOW);
    var refused = appendWithPoison();
    try (var pipeline = LonePipeline.start(database.parts(delivery, 512))) {
      pipeline.awaitStopped(StopReason.MESSAGE_REFUSED);
      pipeline.pipeline().quarantine(refused, ADA);
      awaitArrived("a1", "b1", "b2");

      pipeline.pipeline().quarantine().retry(refused, OPERATOR);

      await()
          .atMost(LIMIT)
          .until(() ->
              database.ask("select count(release_asked_at) from relay_parked").equals("0")
                  && pipeline.pipeline().failures() == 0
                  && pipeline.status().isStreaming());
      append("b", 3);
      append("a", 4);
      awaitArrived("a1", "b1", "b2", "b3");
      await().atMost(LIMIT).until(() -> parked().equals("a2 a3 a4"));
    }
  }

  @Test
  void an_operator_quarantines_over_http_and_sees_the_parked_messages() throws Exception {
    topic.limitMessageBytes(LOW);
    var refused = appendWithPoison();
    try (var relay = TestRelay.start(database.properties("shop"))) {
      await()
          .atMost(LIMIT)
          .until(() ->
              relay.get("/relay").body().contains("\"reason\":\"message-refused\"")
                  && relay.get("/relay").body().contains("\"message\":\"" + refused));
      var quarantine = relay.post("/relay/shop/quarantine/" + refused, "{\"operator\":\"ada\"}");
      assertThat(quarantine.statusCode()).isEqualTo(200);
      awaitArrived("a1", "b1", "b2");

      assertThat(relay.get("/relay/shop").body())
          .contains("\"message\":\"" + refused, "\"quarantinedBy\":\"ada\"", "larger than the max")
          .doesNotContain("noise");
      await()
          .atMost(LIMIT)
          .until(() -> relay.get("/relay").body().contains("\"parkedMessages\":2"));
      assertThat(relay.get("/prometheus").body())
          .contains("relay_parked_messages{pipeline=\"shop\"} 2.0");
      assertThat(relay.post("/relay/shop/quarantine/" + refused).statusCode()).isEqualTo(409);
      assertThat(relay.post("/relay/shop/retry/" + UUID.randomUUID()).statusCode()).isEqualTo(404);
      assertThat(relay.post("/relay/shop/discard/" + refused).statusCode()).isEqualTo(200);
      awaitArrived("a1", "b1", "b2", "a3");
    }
    assertThat(deadLetter(refused))
        .contains("dead-letter-topic=" + topic.name())
        .contains("dead-letter-operator=ada")
        .contains("dead-letter-slot=" + database.slot());
  }

  /** A position names all parked keys, and is one record. */
  @Test
  void no_more_keys_are_quarantined_than_a_position_can_name() throws Exception {
    topic.limitMessageBytes(LOW);
    var refused = appendWithPoison();
    try (var relay = TestRelay.start(database.properties("shop"))) {
      await()
          .atMost(LIMIT)
          .until(() -> relay.get("/relay").body().contains("\"message\":\"" + refused));
      database.administer(
          "insert into relay_parked (slot, message_id, aggregatetype, aggregateid, type, payload, quarantined_by, reason) select '%s', gen_random_uuid(), 'thing', gen_random_uuid(), 'Moved', '{}', 'ada', 'too large' from generate_series(1, 2000)"
              .formatted(database.slot()));

      var full = relay.post("/relay/shop/quarantine/" + refused, "{\"operator\":\"ada\"}");

      assertThat(full.statusCode()).isEqualTo(409);
      assertThat(full.body())
          .contains("2,001 keys of slot " + database.slot(), "relay discard MESSAGE-ID");
      assertThat(database.ask("select count(*) from relay_parked")).isEqualTo("2000");

      database.administer(
          "delete from relay_parked where message_id in (select message_id from relay_parked limit 1000)");
      assertThat(
              relay
                  .post("/relay/shop/quarantine/" + refused, "{\"operator\":\"ada\"}")
                  .statusCode())
          .isEqualTo(200);
      awaitArrived("a1", "b1", "b2");
    }
  }

  @Test
  void only_the_message_at_which_it_is_stopped_can_be_quarantined() throws Exception {
    topic.limitMessageBytes(LOW);
    appendWithPoison();
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(StopReason.MESSAGE_REFUSED);

      assertThat(pipeline.pipeline().quarantine(UUID.randomUUID(), ADA)).isFalse();

      assertThat(database.ask("select count(*) from relay_parked")).isEqualTo("0");
      assertThat(pipeline.status().stop()).isPresent();
    }
  }

  @Test
  void a_message_for_a_topic_that_nobody_makes_can_be_quarantined() throws Exception {
    var refused = database.append("nowhere-" + UUID.randomUUID(), "a", 1);
    append("b", 1);
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(StopReason.TOPIC_MISSING);

      assertThat(pipeline.pipeline().quarantine(refused, ADA)).isTrue();

      awaitArrived("b1");
    }
  }

  /** An outbox of others may hold such a message: it has none of our checks. */
  @Test
  void a_message_that_is_all_header_can_be_quarantined() throws Exception {
    database.administer("alter table outbox drop constraint outbox_type_is_1_to_128_bytes");
    database.administer(
        "insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload) values ('%s', 'a', 1, repeat('x', 2000000), '{}')"
            .formatted(topic.aggregateType()));
    var refused = UUID.fromString(database.ask("select id from outbox"));
    append("a", 2);
    append("b", 1);
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(StopReason.MESSAGE_REFUSED);

      assertThat(pipeline.pipeline().quarantine(refused, ADA)).isTrue();

      awaitArrived("b1");
      assertThat(deadLetter(refused))
          .contains("dead-letter-topic=" + topic.name())
          .anyMatch(header -> header.startsWith("ce_type=xxx") && header.length() < 20_000);
      assertThat(parked()).isEqualTo("a1 a2");
    }
  }

  @Test
  void a_row_that_is_no_message_can_be_passed_over() throws Exception {
    database.administer("alter table outbox disable trigger outbox_append_only");
    var changed = database.append(topic.aggregateType(), "a", 1);
    database.administer("update outbox set type = 'Changed' where id = '%s'".formatted(changed));
    append("a", 2);
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(StopReason.ROW_UNREADABLE);

      assertThat(pipeline.pipeline().quarantine(changed, ADA)).isTrue();

      awaitArrived("a1", "a2");
    }
  }

  @Test
  void another_relay_that_is_stopped_at_the_same_message_stands_by_afterwards() throws Exception {
    topic.limitMessageBytes(LOW);
    var refused = appendWithPoison();
    try (var one = LonePipeline.start(database.parts());
        var other = LonePipeline.start(database.parts())) {
      one.awaitStopped(StopReason.MESSAGE_REFUSED);
      other.awaitStopped(StopReason.MESSAGE_REFUSED);

      one.pipeline().quarantine(refused, ADA);

      awaitArrived("a1", "b1", "b2");
      await().atMost(LIMIT).until(() -> one.status().isReady() && other.status().isReady());
    }
  }

  /** Method: a generation dies before it publishes, or between Kafka and the table. */
  @ParameterizedTest
  @EnumSource
  void nothing_is_lost_or_reordered_when_it_dies_while_parking_or_releasing(Death death)
      throws Exception {
    topic.limitMessageBytes(LOW);
    var refused = appendWithPoison();
    var parts = new MortalParts(database.parts(Delivery.EXACTLY_ONCE, 512), death);
    try (var pipeline = LonePipeline.start(parts)) {
      pipeline.awaitStopped(StopReason.MESSAGE_REFUSED);
      parts.mortal = death.isWhileParking();
      pipeline.pipeline().quarantine(refused, ADA);
      awaitArrived("a1", "b1", "b2");

      topic.limitMessageBytes(HIGH);
      parts.mortal = !death.isWhileParking();
      pipeline.pipeline().quarantine().retry(refused, OPERATOR);

      awaitArrived("a1", "b1", "b2", "a2", "a3");
      append("a", 4);
      awaitArrived("a1", "b1", "b2", "a2", "a3", "a4");
      assertThat(parts.died).isTrue();
      assertThat(parked()).isEmpty();
    }
    assertThat(committed.arrivals()).doesNotHaveDuplicates();
  }

  enum Death {
    BEFORE_THE_REST_IS_PUBLISHED,
    AFTER_THE_REST_IS_PUBLISHED,
    BEFORE_PARKED_MESSAGES_ARE_PUBLISHED,
    AFTER_PARKED_MESSAGES_ARE_PUBLISHED;

    boolean isBefore() {
      return this == BEFORE_THE_REST_IS_PUBLISHED || this == BEFORE_PARKED_MESSAGES_ARE_PUBLISHED;
    }

    boolean isWhileParking() {
      return this == BEFORE_THE_REST_IS_PUBLISHED || this == AFTER_THE_REST_IS_PUBLISHED;
    }
  }

  /** A generation dies once, when it publishes messages. */
  private static final class MortalParts extends FaultyParts {

    private final Death death;
    private volatile boolean mortal;
    private volatile boolean died;

    MortalParts(PipelineParts real, Death death) {
      super(real);
      this.death = death;
    }

    @Override
    public Publisher publisher() {
      var real = super.publisher();
      return new FaultyPublisher(real) {
        @Override
        List<Message> sending(List<Message> messages) {
          if (death.isBefore()) {
            dieWith(messages);
          }
          return messages;
        }

        @Override
        void acknowledged(List<Message> messages) {
          dieWith(messages);
        }
      };
    }

    private void dieWith(List<Message> messages) {
      if (mortal && !messages.isEmpty()) {
        mortal = false;
        died = true;
        throw new IllegalStateException("the power went");
      }
    }
  }

  private static List<String> deadLetter(UUID message) {
    return TopicReader.headersIn(
        "relay.dead-letters",
        record -> TopicReader.header(record, "ce_id").equals(message.toString()));
  }

  private String parked() {
    return database.ask(
        "select coalesce(string_agg(aggregateid || aggregateversion, ' ' order by arrival), '') from relay_parked where ended_at is null");
  }

  private String audit(UUID message) {
    return database.ask(
        "select quarantined_by || ' released by ' || release_asked_by || case when payload is null then ', without payload' else '' end from relay_parked where ended_at is not null and message_id = '%s'"
            .formatted(message));
  }
}
