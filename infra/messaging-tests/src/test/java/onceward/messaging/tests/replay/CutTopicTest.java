package onceward.messaging.tests.replay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.replay.Replay;
import onceward.messaging.replay.ReplayMode;
import onceward.messaging.replay.ReplayRequest;
import onceward.messaging.replay.ReplaySelection;
import onceward.messaging.replay.ReplayState;
import onceward.messaging.replay.Replays;
import onceward.messaging.restore.Restoration;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.testkit.TestService;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Goal: a restoration goes without the first records of a topic only where the backup has what they
 * said, or an operator gives that up in so many words.
 *
 * <p>Method: the first record of a topic is deleted.
 */
@MicronautTest(transactional = false)
@MessagingTest(name = "cut", topics = "tale.events")
@Property(name = "cut.restore", value = "true")
@Property(name = "messaging.restoring", value = "true")
class CutTopicTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LIVE = "cut-live";
  private static final String RESTORING = "cut-restore";
  private static final String TOPIC = "tale.events";

  @Factory
  @Requires(property = "cut.restore")
  static class Subscribed {

    @Singleton
    Subscription live() {
      return Subscription.of(LIVE, TOPIC).on("Told", Stories.Told.class, (_, _) -> {});
    }

    @Singleton
    Restoration restoration() {
      return Restoration.from(
          Subscription.of(RESTORING, TOPIC).on("Told", Stories.Told.class, (_, _) -> {}));
    }
  }

  @Inject TestService service;
  @Inject Replays replays;

  @Test
  void a_beginning_is_given_up_by_its_own_word_and_one_that_the_backup_has_needs_none()
      throws Exception {
    assertThat(replays.restoreSteps()).isNotEmpty();
    var first = service.publish(tale());
    service.publish(tale());
    deleteBefore(first.partition(), first.offset() + 1);

    assertThat(refused("a reason is no consent"))
        .contains("no longer has the records before", "--without-beginning");

    run(
        "insert into consumed_partition (consumer, topic, kafka_partition, topic_id, next_offset) values ('%s', '%s', %d, '%s', %d)"
            .formatted(LIVE, TOPIC, first.partition(), topicId(), first.offset()));
    assertThat(refused("the backup is from before the record"))
        .contains("no longer has the records before");

    run("update consumed_partition set next_offset = next_offset + 1");
    assertThat(planned(request(null, false)).planNote()).contains("the restored backup has");

    run("delete from consumed_partition");
    assertThat(planned(request(null, true)).planNote()).contains("no longer has");
  }

  private String refused(String reason) {
    return String.valueOf(
        until(replays.plan(request(reason, false)).id(), ReplayState.REFUSED).note());
  }

  private Replay planned(ReplayRequest request) {
    return until(replays.plan(request).id(), ReplayState.PLANNED);
  }

  private Replay until(UUID id, ReplayState state) {
    return requireNonNull(
        await()
            .atMost(PATIENCE)
            .until(() -> replays.find(id).orElseThrow(), replay -> replay.state() == state));
  }

  private static ReplayRequest request(@Nullable String reason, boolean withoutBeginning) {
    return new ReplayRequest(
        RESTORING,
        TOPIC,
        ReplayMode.RESTORE,
        ReplaySelection.all(),
        1_000,
        100,
        "tester",
        reason,
        withoutBeginning,
        false);
  }

  private static Message tale() {
    return new Message(
        TestMessages.newId(), "tale", "one", 1, "Told", "{\"by\":\"ada\"}", MessageContext.NONE);
  }

  private static void deleteBefore(int partition, long offset) throws Exception {
    try (var admin = admin()) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(TOPIC, partition), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
  }

  private static UUID topicId() throws Exception {
    try (var admin = admin()) {
      var described = admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC);
      var id = requireNonNull(described).topicId();
      return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
  }

  private static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()));
  }

  private void run(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
