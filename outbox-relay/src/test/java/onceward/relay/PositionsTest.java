package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import onceward.messaging.kafka.KafkaConnection;
import onceward.messaging.testkit.TestServers;
import onceward.relay.position.Coverage;
import onceward.relay.position.Departure;
import onceward.relay.position.IdDigest;
import onceward.relay.position.Lsn;
import onceward.relay.position.Move;
import onceward.relay.position.OutboxMarks;
import onceward.relay.position.Position;
import onceward.relay.position.Premises;
import onceward.relay.position.TopicIdentity;
import onceward.relay.publish.Addressing;
import onceward.relay.publish.AtLeastOncePublisher;
import onceward.relay.publish.ExactlyOncePublisher;
import onceward.relay.publish.LogEnds;
import onceward.relay.publish.Positions;
import onceward.relay.publish.TopicPattern;
import onceward.relay.publish.Topics;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * Goal: the last position that was committed is found, whatever else goes on in the topic.
 *
 * <p>Method: another slot's transaction, left open before it.
 */
class PositionsTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final KafkaConnection kafka =
      KafkaConnection.plaintext(TestServers.kafka().bootstrapServers());
  private final String topic = "positions-" + UUID.randomUUID();

  @Test
  void a_position_behind_anothers_open_transaction_is_waited_for() throws Exception {
    new Topics(kafka).createCompacted(topic);
    try (var mine =
            new ExactlyOncePublisher(
                kafka,
                "shop",
                "shop_outbox",
                topic,
                new Addressing(new TopicPattern("", ".events"), "/onceward/shop"),
                new LogEnds());
        var other = other();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      mine.publish(List.of(), position(1));
      other.initTransactions();
      other.beginTransaction();
      other.send(new ProducerRecord<>(topic, 0, new byte[] {1}, new byte[] {1})).get();
      mine.publish(List.of(), position(2));

      var read = threads.submit(() -> new Positions(kafka, topic).read("shop_outbox"));

      await().during(Duration.ofSeconds(1)).atMost(LIMIT).until(() -> !read.isDone());
      other.abortTransaction();
      assertThat(read).succeedsWithin(LIMIT);
      assertThat(read.get()).contains(position(2));
    }
  }

  /** Or a standby that looks for it would be kept from taking over. */
  @Test
  void whether_positions_are_written_is_seen_also_while_another_has_a_transaction_open()
      throws Exception {
    var positions = new Positions(kafka, topic);
    new Topics(kafka).createCompacted(topic);
    try (var mine =
            new AtLeastOncePublisher(
                kafka,
                "shop",
                topic,
                new Addressing(new TopicPattern("", ".events"), "/onceward/shop"),
                new LogEnds());
        var other = other()) {
      mine.checkpoint(position(1));
      var first = seen(positions);
      other.initTransactions();
      other.beginTransaction();
      other.send(new ProducerRecord<>(topic, 0, new byte[] {1}, new byte[] {1})).get();

      assertThat(seen(positions)).isEqualTo(first);
      mine.checkpoint(position(2));
      assertThat(seen(positions)).isNotEqualTo(first);
      other.abortTransaction();
    }
    assertThat(positions.lastWritten("another")).isEmpty();
  }

  /** It is not seen when Kafka takes its time over an answer, which is then asked for again. */
  private static OptionalLong seen(Positions positions) {
    return await()
        .atMost(LIMIT)
        .until(() -> positions.lastWritten("shop_outbox"), OptionalLong::isPresent);
  }

  private KafkaProducer<byte[], byte[]> other() {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            topic),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static Position position(long beat) {
    var premises =
        new Premises(
            "12@34",
            4_711,
            new OutboxMarks("7", Set.of("rewritten 1@2")),
            Map.of("thing.events", new TopicIdentity("id", 12)),
            "a table is unlogged",
            new Lsn(1));
    var outbox = new IdDigest.Counter();
    outbox.add(new UUID(1, beat));
    var move =
        new Move("ada", Instant.EPOCH.plusMillis(beat))
            .leaving(new Departure(new Lsn(2), outbox.digest(), IdDigest.NONE));
    return new Position(
            "shop_outbox", "1", 1, premises, beat, new Lsn(1), null, Map.of(), Coverage.NONE)
        .moving(move);
  }
}
