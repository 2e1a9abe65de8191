package onceward.relay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import onceward.localstack.process.Signal;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.kafka.KafkaConnection;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestServers;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.publish.Addressing;
import onceward.relay.publish.AtLeastOncePublisher;
import onceward.relay.publish.LogEnds;
import onceward.relay.publish.MessageRefusedException;
import onceward.relay.publish.TopicPattern;
import onceward.relay.publish.Topics;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What counts as published is what Kafka has said it has. */
class PublishTest {

  private static final String POSITIONS = "relay.positions";
  private static final Position HERE = new Position("shop_outbox", "1", 1, "", 0, new Lsn(1), null);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Method: the broker stands still after the producer has found the topic. */
  @Test
  void publishing_does_not_end_before_kafka_has_answered() throws Exception {
    var kafka = TestServers.embeddedKafka();
    new Topics(connection()).createCompacted(POSITIONS);
    try (var topic = new TopicReader().createTopic();
        var publisher = publisher();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      publisher.publish(List.of(message(topic, 1)), HERE);
      kafka.process().pause(LIMIT);
      try {
        var publishing =
            threads.submit(() -> {
              publisher.publish(List.of(message(topic, 2)), HERE);
              return true;
            });
        await().during(Duration.ofSeconds(1)).atMost(LIMIT).until(() -> !publishing.isDone());
        kafka.process().send(Signal.CONT);
        assertThat(publishing).succeedsWithin(LIMIT);
      } finally {
        kafka.process().send(Signal.CONT);
      }
      topic.atLeast(2);
      assertThat(topic.versions()).containsExactly("1", "2");
    }
  }

  /** Method: it fills a request of its own, so that others are on their way beside it. */
  @RepeatedTest(3)
  void nothing_overtakes_the_first_message_if_that_is_refused() throws Exception {
    try (var topic = new TopicReader().createTopic()) {
      publishAndBeRefused(topic, List.of());
      assertThat(topic.versions()).containsExactly("4");
    }
  }

  @RepeatedTest(3)
  void nothing_overtakes_a_later_message_that_is_refused() throws Exception {
    try (var topic = new TopicReader().createTopic()) {
      publishAndBeRefused(topic, List.of(message(topic, 9)));
      assertThat(topic.versions()).containsExactly("9", "4");
    }
  }

  /** Method: the batch with the refused message is under way while a position is written. */
  @Test
  void a_refused_message_is_named_by_whatever_fails_first() throws Exception {
    new Topics(connection()).createCompacted(POSITIONS);
    try (var topic = new TopicReader().createTopic();
        var publisher = publisher()) {
      topic.limitMessageBytes(2_000);
      publisher.publish(List.of(message(topic, 1)), HERE);
      publisher.send(List.of(message(topic, 2, noise())), HERE);

      assertThatThrownBy(
              () -> {
                while (true) {
                  publisher.checkpoint(HERE);
                }
              })
          .isInstanceOf(MessageRefusedException.class);
    }
  }

  /** As in a Kafka that was restored from an older copy; here the topic is made anew. */
  @Test
  void a_topic_that_has_lost_records_stops_the_pipeline() throws Exception {
    new Topics(connection()).createCompacted(POSITIONS);
    try (var topic = new TopicReader().createTopic();
        var publisher = publisher()) {
      publisher.publish(List.of(message(topic, 1), message(topic, 2)), HERE);
      TopicReader.delete(topic.name());
      topic.createTopic();

      assertThatThrownBy(() -> publisher.publish(List.of(message(topic, 3)), HERE))
          .isInstanceOfSatisfying(
              StoppedException.class,
              stopped ->
                  assertThat(stopped.stop())
                      .returns(StopReason.TOPIC_CUT, Stop::reason)
                      .satisfies(stop ->
                          assertThat(stop.sentence())
                              .contains("at offset 1, and took a later one at 0")));
    }
  }

  /** Method: nobody looks at the topic that is made anew, so it passes for the same. */
  @Test
  void a_topic_that_lost_records_between_two_publishers_stops_the_pipeline_once() throws Exception {
    new Topics(connection()).createCompacted(POSITIONS);
    var ends = new LogEnds();
    try (var topic = new TopicReader().createTopic()) {
      try (var first = publisher(ends)) {
        first.publish(List.of(message(topic, 1), message(topic, 2)), HERE);
      }
      TopicReader.delete(topic.name());
      topic.createTopic();

      try (var second = publisher(ends)) {
        assertThatThrownBy(() -> second.publish(List.of(message(topic, 3)), HERE))
            .isInstanceOfSatisfying(
                StoppedException.class,
                stopped -> assertThat(stopped.stop()).returns(StopReason.TOPIC_CUT, Stop::reason));
      }
      try (var third = publisher(ends)) {
        third.publish(List.of(message(topic, 4)), HERE);
      }
    }
  }

  /** An operator accepts that, and nothing more is lost. */
  @Test
  void a_topic_that_is_known_to_be_made_anew_begins_anew() throws Exception {
    new Topics(connection()).createCompacted(POSITIONS);
    var ends = new LogEnds();
    var topics = new Topics(connection(), ends);
    try (var topic = new TopicReader().createTopic()) {
      var before = requireNonNull(topics.look(Set.of(topic.name())).get(topic.name())).identity();
      try (var first = publisher(ends)) {
        first.publish(List.of(message(topic, 1), message(topic, 2)), HERE);
      }
      TopicReader.delete(topic.name());
      topic.createTopic();
      await()
          .atMost(LIMIT)
          .until(() -> {
            var now = topics.look(Set.of(topic.name())).get(topic.name());
            return now != null && !now.identity().equals(before);
          });

      try (var second = publisher(ends)) {
        second.publish(List.of(message(topic, 3)), HERE);
      }
    }
  }

  /** Until the pipeline stops for it, and whatever the producer is told by then. */
  @Test
  void a_topic_that_got_more_partitions_keeps_each_key_where_it_was() throws Exception {
    new Topics(connection()).createCompacted(POSITIONS);
    try (var topic = new TopicReader().createTopic()) {
      var look = new Topics(connection()).look(Set.of(topic.name()));
      var vouched =
          HERE.under(
              HERE.premises()
                  .knowing(
                      Map.of(topic.name(), requireNonNull(look.get(topic.name())).identity())));
      topic.addPartitions(6);
      try (var publisher = publisher()) {
        publisher.publish(
            IntStream.range(0, 20).mapToObj(key -> about(topic, "key-" + key)).toList(), vouched);
      }

      assertThat(topic.atLeast(20)).extracting(record -> record.partition()).containsOnly(0);
    }
  }

  private static Message about(TopicReader topic, String aggregateId) {
    return new Message(
        TestMessages.newId(),
        topic.aggregateType(),
        aggregateId,
        1,
        "Moved",
        "{}",
        MessageContext.NONE);
  }

  private static String noise() {
    var noise = new byte[200_000];
    ThreadLocalRandom.current().nextBytes(noise);
    return Base64.getEncoder().encodeToString(noise);
  }

  /** Versions 1, which is too large, 2 and 3; then, by another publisher, 4. */
  private static void publishAndBeRefused(TopicReader topic, List<Message> before)
      throws Exception {
    new Topics(connection()).createCompacted(POSITIONS);
    topic.limitMessageBytes(2_000);
    var refused = message(topic, 1, noise());
    try (var publisher = publisher()) {
      publisher.publish(before, HERE);

      assertThatThrownBy(
              () -> publisher.publish(List.of(refused, message(topic, 2), message(topic, 3)), HERE))
          .isInstanceOf(MessageRefusedException.class);
    }
    topic.limitMessageBytes(1_000_000);
    try (var next = publisher()) {
      next.publish(List.of(message(topic, 4)), HERE);
    }
    topic.atLeast(before.size() + 1);
  }

  private static KafkaConnection connection() {
    return KafkaConnection.plaintext(TestServers.kafka().bootstrapServers());
  }

  private static AtLeastOncePublisher publisher() {
    return publisher(new LogEnds());
  }

  private static AtLeastOncePublisher publisher(LogEnds ends) {
    return new AtLeastOncePublisher(
        connection(),
        "shop",
        POSITIONS,
        new Addressing(new TopicPattern("", ".events"), "/onceward/shop"),
        ends);
  }

  private static Message message(TopicReader topic, long version) {
    return message(topic, version, "{}");
  }

  private static Message message(TopicReader topic, long version, String payload) {
    return new Message(
        TestMessages.newId(),
        topic.aggregateType(),
        "a",
        version,
        "Moved",
        payload,
        MessageContext.NONE);
  }
}
