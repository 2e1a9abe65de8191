package onceward.relay;

import static onceward.relay.LonePipeline.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import onceward.messaging.Message;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.Publisher;
import onceward.relay.quarantine.ParkedMessages;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.Test;

/**
 * Goal: no message is lost, repeated or reordered when the relay fails while it parks or releases
 * messages.
 *
 * <p>Method: a generation dies at that moment, or the database does not answer.
 */
class QuarantineInTroubleTest extends PoisonedOutbox {

  /** A batch with a parked a4 fails while an operator requests a retry: exactly once. */
  @Test
  void a_release_after_a_batch_that_failed_repeats_nothing() throws Exception {
    topic.limitMessageBytes(LOW);
    var refused = appendWithPoison();
    var armed = new AtomicBoolean();
    var started = new AtomicReference<LonePipeline>();
    var parts =
        new FaultyParts(database.parts(Delivery.EXACTLY_ONCE, 512)) {
          @Override
          public Publisher publisher() {
            var real = super.publisher();
            return new FaultyPublisher(real) {
              @Override
              List<Message> sending(List<Message> batch) {
                if (!batch.isEmpty() && armed.compareAndSet(true, false)) {
                  started.get().pipeline().quarantine().retry(refused, OPERATOR);
                  throw new IllegalStateException("the power went");
                }
                return batch;
              }
            };
          }
        };
    try (var pipeline = LonePipeline.start(parts)) {
      started.set(pipeline);
      pipeline.awaitStopped(StopReason.MESSAGE_REFUSED);
      pipeline.pipeline().quarantine(refused, ADA);
      awaitArrived("a1", "b1", "b2");
      topic.limitMessageBytes(HIGH);
      armed.set(true);
      try (var connection = database.begin()) {
        OutboxDatabase.append(connection, topic.aggregateType(), "a", 4);
        OutboxDatabase.append(connection, topic.aggregateType(), "b", 3);
        connection.commit();
      }
      awaitArrived("a1", "b1", "b2", "a2", "a3", "a4", "b3");
    }
    assertThat(committed.arrivals()).doesNotHaveDuplicates();
  }

  /** The database does not answer for a moment, right after an accept. */
  @Test
  void a_parked_key_stays_parked_after_an_accept_and_a_failure() throws Exception {
    topic.limitMessageBytes(LOW);
    var refused = appendWithPoison();
    var behind = database.logPosition();
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(StopReason.MESSAGE_REFUSED);
      pipeline.pipeline().quarantine(refused, ADA);
      awaitArrived("a1", "b1", "b2");
      await().atMost(LIMIT).until(() -> database.slotIsPast(behind));
    }
    topic.limitMessageBytes(HIGH);
    database.dropSlot();
    database.makeSlot("pgoutput");
    var armed = new AtomicBoolean();
    var parts =
        new FaultyParts(database.parts()) {
          @Override
          public ParkedMessages parked() {
            if (armed.compareAndSet(true, false)) {
              throw new IllegalStateException("the database does not answer");
            }
            return super.parked();
          }
        };
    try (var pipeline = LonePipeline.start(parts)) {
      pipeline.awaitStopped(StopReason.SLOT_AHEAD);
      armed.set(true);
      assertThat(pipeline.accept()).isTrue();
      pipeline.awaitStreaming();
      assertThat(armed).isFalse();
      append("a", 4);
      append("b", 3);
      await().atMost(LIMIT).until(() -> committed.arrivals().contains("b3"));
      assertThat(pipeline.pipeline().quarantine().retry(refused, OPERATOR)).isTrue();
      awaitArrived("a1", "b1", "b2", "b3", "a2", "a3", "a4");
    }
  }

  /**
   * Method: the server refuses the statement that parks a message. The driver could quote the
   * statement with all values.
   */
  @Test
  void the_reason_of_a_failure_to_park_quotes_no_payload() throws Exception {
    topic.limitMessageBytes(LOW);
    var refused = appendWithPoison();
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(StopReason.MESSAGE_REFUSED);
      pipeline.pipeline().quarantine(refused, ADA);
      awaitArrived("a1", "b1", "b2");
      database.administer(
          "alter table relay_parked add constraint refusal check (aggregateversion <> 4)");

      append("a", 4);

      pipeline.awaitDown(LIMIT, "refusal");
      assertThat(OutboxDatabase.payload(4)).contains("step");
      assertThat(pipeline.status().reason()).doesNotContain("step");
      database.administer("alter table relay_parked drop constraint refusal");
      append("b", 3);
      awaitArrived("a1", "b1", "b2", "b3");
    }
  }

  @Test
  void errors_over_http_say_what_is_wrong() throws Exception {
    topic.limitMessageBytes(LOW);
    var refused = appendWithPoison();
    try (var relay = TestRelay.start(database.properties("shop"))) {
      await()
          .atMost(LIMIT)
          .until(() -> relay.get("/relay").body().contains("\"message\":\"" + refused));
      var nul = relay.post("/relay/shop/quarantine/" + refused, "{\"operator\":\"a\\u0000b\"}");
      var noId = relay.post("/relay/shop/retry/no-uuid");
      relay.post("/relay/shop/quarantine/" + refused, "{\"operator\":\"ada\"}");
      awaitArrived("a1", "b1", "b2");
      database.administer("alter table relay_parked rename to gone");
      var away = relay.post("/relay/shop/retry/" + refused);
      var list = relay.get("/relay/shop");
      database.administer("alter table gone rename to relay_parked");
      assertThat(List.of(nul.statusCode(), noId.statusCode(), away.statusCode(), list.statusCode()))
          .containsExactly(400, 400, 503, 503);
    }
  }
}
