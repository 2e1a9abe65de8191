package onceward.relay;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import onceward.messaging.kafka.KafkaConnection;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.testkit.servers.TestPostgres;
import onceward.relay.capture.CaptureMethod;
import onceward.relay.position.Position;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.Positions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A primary, its standby, and a topic, for tests of what the relay does after a promotion. */
abstract class PromotedStandby {

  static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private Path directory;
  PrimaryAndStandby servers;
  volatile OutboxDatabase database;
  TopicReader topic;

  @BeforeEach
  void startPrimary() throws Exception {
    topic = new TopicReader().createTopic();
    servers = new PrimaryAndStandby(directory);
    database = OutboxDatabase.on(TestPostgres.of(servers.primary()));
    database.haveSlotFollow();
  }

  @AfterEach
  void end() {
    topic.close();
    servers.close();
  }

  LonePipeline start(Delivery delivery, CaptureMethod capture) {
    return LonePipeline.start(parts(delivery, capture));
  }

  ConfiguredParts parts(Delivery delivery, CaptureMethod capture) {
    return database.parts(
        Map.of("host", servers.hosts(), "delivery", delivery.code(), "capture", capture.code()),
        Map.of());
  }

  void followByStandby() throws Exception {
    servers.addStandby();
    servers.haveStandbyFirst();
  }

  /** The slot has followed, and the relay knows that the standby has what is published. */
  void awaitPosition(int timeline) {
    servers.awaitFollowed(database.slot());
    await()
        .atMost(LIMIT)
        .until(this::position, now -> now.timeline() == timeline && now.isBounded());
  }

  Position position() {
    return new Positions(
            KafkaConnection.plaintext(TestServers.kafka().bootstrapServers()), "relay.positions")
        .read(database.slot())
        .orElseThrow();
  }

  void killAndPromote() throws Exception {
    servers.killPrimary();
    servers.promote();
    database = database.on(servers.primary());
  }

  void publish(long version) throws Exception {
    publishTo("a", version);
  }

  void publishTo(String key, long version) throws Exception {
    database.append(topic.aggregateType(), key, version);
    await().atMost(LIMIT).until(() -> topic.arrivals().contains(key + version));
  }
}
