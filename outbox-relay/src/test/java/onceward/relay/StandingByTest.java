package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import onceward.messaging.Message;
import onceward.relay.pipeline.Phase;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.Publisher;
import org.junit.jupiter.api.Test;

/** A relay stands by as long as the one that holds the slot gets on, by whichever sign. */
class StandingByTest {

  private static final Duration SILENCE = Duration.ofSeconds(8);
  private static final Duration A_BATCH = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Method: the transaction takes twice as long as either of them would be patient. */
  @Test
  void while_one_long_transaction_is_published() throws Exception {
    var rows = 2 * (int) SILENCE.dividedBy(A_BATCH);
    try (var topic = new TopicReader().createTopic();
        var database = OutboxDatabase.create();
        var active = LonePipeline.start(slow(database));
        var standby = standby(active, database)) {
      var slot = database.slotPosition();
      try (var connection = database.begin()) {
        OutboxDatabase.appendAll(connection, topic.aggregateType(), 1, rows);
        connection.commit();
      }
      topic.atLeast(1);
      var since = standby.status().since();

      topic.atLeast(rows);

      assertThat(standby.status().phase()).isEqualTo(Phase.STANDBY);
      assertThat(standby.status().since()).as("standing by since").isEqualTo(since);
      assertThat(active.status().isStreaming()).isTrue();
      assertThat(database.slotIsPast(slot)).isTrue();
    }
  }

  private static LonePipeline standby(LonePipeline active, OutboxDatabase database) {
    active.awaitStreaming();
    var standby = LonePipeline.start(LonePipeline.stallingAfter(SILENCE, database.parts()));
    await().atMost(LIMIT).until(() -> standby.status().phase() == Phase.STANDBY);
    return standby;
  }

  /** Publishes a message at a time, each after a while. */
  private static PipelineParts slow(OutboxDatabase database) {
    return new FaultyParts(
        LonePipeline.stallingAfter(SILENCE, database.parts(Delivery.AT_LEAST_ONCE, 1))) {
      @Override
      public Publisher publisher() {
        var real = super.publisher();
        return new FaultyPublisher(real) {
          @Override
          List<Message> sending(List<Message> messages) {
            if (!messages.isEmpty()) {
              LockSupport.parkNanos(A_BATCH.toNanos());
            }
            return messages;
          }
        };
      }
    };
  }
}
