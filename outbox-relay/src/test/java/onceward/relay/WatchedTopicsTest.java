package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.stop.Poison;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.Test;

/**
 * A topic that loses or reorders what is published to it stops the pipeline by name: before its
 * first message, while messages flow, and at the next start.
 */
class WatchedTopicsTest extends OutboxAndTopic {

  /** In which an operator who looks at the status sees that a topic is gone. */
  private static final Duration SOON = Duration.ofSeconds(15);

  @Test
  void one_that_is_compacted_gets_no_message() throws Exception {
    topic.set("cleanup.policy", "compact");
    var message = database.append(topic.aggregateType(), "a", 1);
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(LIMIT, StopReason.TOPIC_UNFIT, "deletes all but the last message");
      assertThat(pipeline.status().stop().map(Stop::poison).map(Poison::messageId))
          .contains(message);
      assertThat(topic.readOn()).isEmpty();

      topic.set("cleanup.policy", "delete");

      pipeline.awaitStreaming();
      await().atMost(LIMIT).until(() -> topic.readOn().contains("1"));
    }
  }

  /** Method: the message is quarantined before the topic is mended, and its release requested. */
  @Test
  void one_that_is_compacted_gets_no_parked_message_either() throws Exception {
    topic.set("cleanup.policy", "compact");
    var message = database.append(topic.aggregateType(), "a", 1);
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(LIMIT, StopReason.TOPIC_UNFIT, "deletes all but the last message");
      pipeline.pipeline().quarantine(message, LonePipeline.ADA);
      database.append(topic.aggregateType(), "a", 2);
      await()
          .atMost(LIMIT)
          .until(() -> database.ask("select count(*) from relay_parked").equals("2"));

      pipeline.pipeline().quarantine().retry(message, "ada");

      await()
          .atMost(LIMIT)
          .until(() ->
              database
                  .ask(
                      "select count(*) from relay_parked where release_asked_by is null and reason like 'topic-unfit: % to mend it: %'")
                  .equals("1"));
      assertThat(pipeline.status().stop()).isEmpty();
      assertThat(topic.readOn()).isEmpty();
      topic.set("cleanup.policy", "delete");
      pipeline.pipeline().quarantine().retry(message, "ada");
      await().atMost(LIMIT).until(() -> topic.readOn().containsAll(List.of("1", "2")));
    }
  }

  @Test
  void a_risk_that_is_accepted_by_its_name_is_none() throws Exception {
    topic.set("retention.ms", "60000");
    database.append(topic.aggregateType(), "a", 1);
    var parts = database.parts(Map.of("accepted-topic-risks", "short-retention"), Map.of());
    try (var _ = LonePipeline.start(parts)) {
      topic.atLeast(1);
    }
  }

  @Test
  void one_that_is_compacted_while_messages_flow() throws Exception {
    try (var pipeline = streaming()) {
      topic.set("cleanup.policy", "compact,delete");

      pipeline.awaitStopped(SOON, StopReason.TOPIC_UNFIT, "cleanup.policy=compact,delete");
    }
  }

  @Test
  void one_that_is_deleted_while_messages_flow() throws Exception {
    try (var pipeline = streaming()) {
      TopicReader.delete(topic.name());

      pipeline.awaitStopped(SOON, StopReason.TOPIC_CHANGED, "was deleted, with all messages");
      topic.createTopic();

      pipeline.awaitStopped(SOON, StopReason.TOPIC_CHANGED, "was deleted and made anew");
      assertThat(pipeline.accept()).isTrue();
      pipeline.awaitStreaming();
      database.append(topic.aggregateType(), "a", 2);
      try (var anew = topic.committed()) {
        assertThat(TopicReader.header(anew.atLeast(1).getLast(), "ce_sequence")).isEqualTo("2");
      }
    }
  }

  /** Accepted while it stands still, all consumers have read what went to the old partitions. */
  @Test
  void one_that_got_more_partitions_while_no_relay_ran() throws Exception {
    streaming().close();
    topic.addPartitions(3);
    database.append(topic.aggregateType(), "a", 2);

    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(
          LIMIT, StopReason.TOPIC_CHANGED, "had 1 partitions and has 3: messages of a key");
      assertThat(topic.readOn()).containsExactly("1");

      assertThat(pipeline.accept()).isTrue();

      pipeline.awaitStreaming();
    }
  }

  /**
   * What it had is gone, so an operator decides, whoever creates it again. Guard: without a look at
   * the position, the pipeline names only that the topic is missing, and proposes any number of
   * partitions.
   */
  @Test
  void one_that_is_declared_and_was_deleted_while_no_relay_ran() throws Exception {
    topic.addPartitions(3);
    var parts = database.parts(Map.of("topics", topic.name()), Map.of());
    streaming(parts).close();
    TopicReader.delete(topic.name());

    try (var pipeline = LonePipeline.start(parts)) {
      pipeline.awaitStopped(SOON, StopReason.TOPIC_CHANGED, "was deleted, with all messages");
      assertThat(pipeline.status().stop().map(Stop::remedy).orElseThrow())
          .startsWith("infra/onceward topic create %s --partitions 3 ".formatted(topic.name()));
      topic.createTopic();

      pipeline.awaitStopped(SOON, StopReason.TOPIC_CHANGED, "was deleted and made anew");
      assertThat(pipeline.accept()).isTrue();
      pipeline.awaitStreaming();
    }
  }

  private LonePipeline streaming() throws Exception {
    return streaming(database.parts());
  }

  private LonePipeline streaming(PipelineParts parts) throws Exception {
    var pipeline = LonePipeline.start(parts).awaitStreaming();
    database.append(topic.aggregateType(), "a", 1);
    // The topic is known once the position behind the message is written down.
    var published = database.logPosition();
    await().atMost(LIMIT).until(() -> database.slotIsPast(published));
    return pipeline;
  }
}
