package onceward.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.kafka.KafkaSettings;
import onceward.localstack.kafka.Topic;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.kafka.KafkaConnection;
import onceward.messaging.testkit.TestMessages;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker forgets the sequence of a producer that has sent nothing to a partition for long, and
 * then takes whatever comes first of it: a message that follows one that is refused as well.
 */
class ForgottenSequenceTest {

  private static final Position HERE = new Position("shop_outbox", "1", 1, "", 0, new Lsn(1), null);

  /** A broker that forgets after a second what others remember for a day. */
  private static final Map<String, String> FORGETFUL =
      Map.of(
          "producer.id.expiration.ms", "1000", "producer.id.expiration.check.interval.ms", "100");

  private static final Duration MEMORY = Duration.ofMillis(500);

  @TempDir private static Path directory;

  @Test
  void nothing_overtakes_a_refused_message_after_a_long_silence() throws Exception {
    try (var broker = KafkaBroker.start(KafkaSettings.in(directory).with(FORGETFUL))) {
      broker.createTopics(
          new Topic("thing.events", 1, 2_000, Duration.ofHours(1)),
          new Topic("positions", 1, 100_000, Duration.ofHours(1)));
      var connection = KafkaConnection.plaintext(broker.bootstrapServers());
      var addressing = new Addressing(new TopicPattern("", ".events"), "/onceward/shop");
      try (var admin = Admin.create(connection.settings());
          var publisher =
              new AtLeastOncePublisher(
                  connection, "shop", "positions", addressing, new LogEnds(), MEMORY)) {
        publisher.publish(List.of(message(1, "{}")), HERE);
        Awaitility.await()
            .atMost(20, TimeUnit.SECONDS)
            .until(() -> producersRemembered(admin) == 0);

        assertThatThrownBy(
                () -> publisher.publish(List.of(message(2, noise()), message(3, "{}")), HERE))
            .isInstanceOf(MessageRefusedException.class);

        assertThat(end(admin)).as("messages in the topic").isEqualTo(1);
      }
    }
  }

  private static int producersRemembered(Admin admin) throws Exception {
    var place = new TopicPartition("thing.events", 0);
    return admin
        .describeProducers(List.of(place))
        .partitionResult(place)
        .get()
        .activeProducers()
        .size();
  }

  private static long end(Admin admin) throws Exception {
    var place = new TopicPartition("thing.events", 0);
    return admin
        .listOffsets(Map.of(place, OffsetSpec.latest()))
        .partitionResult(place)
        .get()
        .offset();
  }

  /** Fills a request of its own, so that the next message is on its way beside it. */
  private static String noise() {
    var noise = new byte[200_000];
    ThreadLocalRandom.current().nextBytes(noise);
    return Base64.getEncoder().encodeToString(noise);
  }

  private static Message message(long version, String payload) {
    return new Message(
        TestMessages.newId(), "thing", "a", version, "Moved", payload, MessageContext.NONE);
  }
}
