package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.kafka.KafkaConnection;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestServers;
import onceward.relay.operations.PipelineMetrics;
import onceward.relay.pipeline.Pipeline;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.publish.Addressing;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.ExactlyOncePublisher;
import onceward.relay.publish.FencedException;
import onceward.relay.publish.LogEnds;
import onceward.relay.publish.Positions;
import onceward.relay.publish.PublishException;
import onceward.relay.publish.TopicPattern;
import onceward.relay.publish.Topics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A batch and its position are committed together or not at all, and by one relay only.
 *
 * <p>{@code relay.endtxn} times the end of a transaction, or the answer to it, is lost. With {@code
 * relay.endtxn.late-seconds} it also comes late by that.
 */
class TransactionTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration BEAT = Duration.ofSeconds(10);
  private static final String POSITIONS = "relay.positions";
  private static final int ROUNDS = Integer.getInteger("relay.endtxn", 1);
  private static final String LATE = "relay.endtxn.late-seconds";

  private final KafkaConnection kafka =
      KafkaConnection.plaintext(TestServers.kafka().bootstrapServers());
  private final String slot = "slot_" + UUID.randomUUID();
  private TopicReader topic;
  private TopicReader committed;

  @BeforeEach
  void start() {
    new Topics(kafka).createCompacted(POSITIONS);
    topic = new TopicReader().createTopic();
    committed = topic.committed();
  }

  @AfterEach
  void end() {
    committed.close();
    topic.close();
  }

  @Test
  void a_publisher_that_another_one_followed_commits_nothing_any_more() throws Exception {
    try (var first = publisher()) {
      first.publish(List.of(message(1)), reached(1));
      try (var second = publisher()) {
        assertThatThrownBy(() -> first.publish(List.of(message(2)), reached(2)))
            .isInstanceOf(FencedException.class)
            .hasMessageContaining("onceward-relay-" + slot + " was taken over");
        second.publish(List.of(message(3)), reached(3));
      }
    }
    committed.atLeast(2);
    assertThat(committed.versions()).containsExactly("1", "3");
    assertThat(position()).isEqualTo(reached(3));
  }

  /** Method: the second is opened while the first, having sent one message, asks for the next. */
  @Test
  void a_batch_that_another_publisher_interrupts_is_not_committed() throws Exception {
    var publishers = new ArrayList<ExactlyOncePublisher>();
    try (var first = publisher()) {
      var batch =
          new AbstractList<Message>() {
            @Override
            public Message get(int index) {
              if (index == 1) {
                topic.atLeast(1);
                publishers.add(publisher());
              }
              return message(index + 1);
            }

            @Override
            public int size() {
              return 2;
            }
          };
      assertThatThrownBy(() -> first.publish(batch, reached(2)))
          .isInstanceOf(FencedException.class);
      publishers.getFirst().publish(List.of(message(3)), reached(3));
    } finally {
      publishers.forEach(ExactlyOncePublisher::close);
    }
    committed.atLeast(1);
    assertThat(committed.versions()).containsExactly("3");
  }

  @Test
  void a_batch_without_messages_writes_its_position_down() throws Exception {
    try (var publisher = publisher()) {
      publisher.publish(List.of(), reached(7));
    }
    assertThat(position()).isEqualTo(reached(7));
  }

  /**
   * Method: where a transaction ended badly shows what was in it. What the next publisher reads
   * must tell of the messages that are there, whether the end was lost or only its answer.
   */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void messages_and_position_are_committed_in_one_moment(KafkaProxy.Lost lost) throws Exception {
    try (var proxy = KafkaProxy.to(kafka.bootstrapServers());
        var first = publisher(KafkaConnection.plaintext(proxy.bootstrapServers()))) {
      first.publish(List.of(message(1)), reached(1));
      proxy.lose(lost);
      assertThatThrownBy(() -> first.publish(List.of(message(2)), reached(2)))
          .isInstanceOf(PublishException.class);
    }
    try (var next = publisher()) {
      var committedAll = lost == KafkaProxy.Lost.ANSWER;
      assertThat(position()).isEqualTo(committedAll ? reached(2) : reached(1));
      next.publish(List.of(message(3)), reached(3));
      committed.atLeast(committedAll ? 3 : 2);
      assertThat(committed.versions())
          .isEqualTo(committedAll ? List.of("1", "2", "3") : List.of("1", "3"));
    }
  }

  /** Method: the end of a transaction, or the answer to it, is lost until the producer gives up. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void nothing_is_lost_or_repeated_when_the_outcome_is_not_known(KafkaProxy.Lost lost)
      throws Exception {
    try (var database = OutboxDatabase.create();
        var proxy = KafkaProxy.to(kafka.bootstrapServers());
        var relay = relay(seldomBeating(database, proxy))) {
      relay.start();
      var version = 0;
      for (int round = 1; round <= ROUNDS; round++) {
        appendCalmly(database, relay, ++version);
        var before = proxy.losses();
        proxy.lose(lost);
        database.append(topic.aggregateType(), "a", ++version);
        await().atMost(LIMIT).until(() -> proxy.losses() > before && !relay.status().isStreaming());
        proxy.lose(KafkaProxy.Lost.NOTHING);
      }
      appendCalmly(database, relay, ++version);
      assertThat(committed.versions())
          .isEqualTo(IntStream.rangeClosed(1, version).mapToObj(Integer::toString).toList());
    }
  }

  /** Returns when the first beat of the generation that runs has come through too. */
  private void appendCalmly(OutboxDatabase database, Pipeline relay, int version) throws Exception {
    await().atMost(LIMIT).until(() -> relay.status().isStreaming());
    database.append(topic.aggregateType(), "a", version);
    committed.atLeast(version);
  }

  /**
   * Method: by the time it comes the producer has given up, and the next has published. Whether the
   * late end does harm is seen by one more message.
   */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  @EnabledIfSystemProperty(named = LATE, matches = "\\d+")
  void nothing_is_lost_or_repeated_when_the_end_comes_late(KafkaProxy.Lost late) throws Exception {
    var delay = Duration.ofSeconds(Long.getLong(LATE));
    try (var database = OutboxDatabase.create();
        var proxy = KafkaProxy.to(kafka.bootstrapServers());
        var relay = relay(seldomBeating(database, proxy))) {
      relay.start();
      appendCalmly(database, relay, 1);
      proxy.delay(late, delay);
      database.append(topic.aggregateType(), "a", 2);
      await().atMost(LIMIT).until(() -> proxy.losses() > 0);
      await().atMost(LIMIT).until(() -> relay.failures() > 0);
      proxy.lose(KafkaProxy.Lost.NOTHING);
      database.append(topic.aggregateType(), "a", 3);
      committed.atLeast(3);
      await().atMost(LIMIT).until(() -> relay.status().isStreaming());
      var since = relay.status().since();
      assertThat(proxy.comeLate()).isZero();

      await().atMost(delay.plus(LIMIT)).until(() -> proxy.comeLate() == proxy.losses());
      database.append(topic.aggregateType(), "a", 4);
      committed.atLeast(4);
      assertThat(committed.versions()).containsExactly("1", "2", "3", "4");
      assertThat(relay.status().since()).isEqualTo(since);
    }
  }

  /** So that the transaction that is struck is that of a message, and not of the canary. */
  private static PipelineParts seldomBeating(OutboxDatabase database, KafkaProxy proxy) {
    return new FaultyParts(database.parts(Delivery.EXACTLY_ONCE, 512, proxy.bootstrapServers())) {
      @Override
      public Duration canaryInterval() {
        return BEAT;
      }
    };
  }

  private static Pipeline relay(PipelineParts parts) {
    return new Pipeline("shop", parts, new PipelineMetrics(new SimpleMeterRegistry(), "shop"));
  }

  private ExactlyOncePublisher publisher() {
    return publisher(kafka);
  }

  private ExactlyOncePublisher publisher(KafkaConnection connection) {
    return new ExactlyOncePublisher(
        connection,
        "shop",
        slot,
        POSITIONS,
        new Addressing(new TopicPattern("", ".events"), "/onceward/shop"),
        new LogEnds());
  }

  private Position position() {
    return new Positions(kafka, POSITIONS).read(slot).orElseThrow();
  }

  private Position reached(long lsn) {
    return new Position(slot, "1", 1, "", 0, new Lsn(lsn), null);
  }

  private Message message(long version) {
    return new Message(
        TestMessages.newId(),
        topic.aggregateType(),
        "a",
        version,
        "Moved",
        "{}",
        MessageContext.NONE);
  }
}
