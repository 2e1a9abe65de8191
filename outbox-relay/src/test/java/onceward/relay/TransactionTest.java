package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestServers;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.publish.Addressing;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.ExactlyOncePublisher;
import onceward.relay.publish.FencedException;
import onceward.relay.publish.Positions;
import onceward.relay.publish.TopicPattern;
import onceward.relay.publish.Topics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A batch and its position are committed together or not at all, and by one relay only. */
class TransactionTest {

  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final String POSITIONS = "relay.positions";
  private static final int ROUNDS = Integer.getInteger("relay.rounds", 1);

  private final String kafka = TestServers.kafka().bootstrapServers();
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

  /** Method: the end of a transaction, or the answer to it, is lost until the producer gives up. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void nothing_is_lost_or_repeated_when_the_outcome_is_not_known(KafkaProxy.Lost lost)
      throws Exception {
    try (var database = OutboxDatabase.create();
        var proxy = KafkaProxy.to(kafka);
        var supervisor =
            supervisor(database.parts(Delivery.EXACTLY_ONCE, 512, proxy.bootstrapServers()))) {
      supervisor.start();
      database.append(topic.aggregateType(), "a", 1);
      for (int round = 1; round <= ROUNDS; round++) {
        committed.atLeast(round);
        var before = proxy.losses();
        proxy.lose(lost);
        database.append(topic.aggregateType(), "a", round + 1);
        await()
            .atMost(LIMIT)
            .until(() -> proxy.losses() > before && !supervisor.status().isStreaming());
        proxy.lose(KafkaProxy.Lost.NOTHING);
      }
      committed.atLeast(ROUNDS + 1);
      database.append(topic.aggregateType(), "a", ROUNDS + 2);
      committed.atLeast(ROUNDS + 2);
      assertThat(committed.versions())
          .isEqualTo(IntStream.rangeClosed(1, ROUNDS + 2).mapToObj(Integer::toString).toList());
    }
  }

  private static Supervisor supervisor(PipelineParts parts) {
    return new Supervisor("shop", parts, new PipelineMetrics(new SimpleMeterRegistry(), "shop"));
  }

  private ExactlyOncePublisher publisher() {
    return new ExactlyOncePublisher(
        kafka,
        "shop",
        slot,
        POSITIONS,
        new Addressing(new TopicPattern("", ".events"), "/onceward/shop"));
  }

  private Position position() {
    return new Positions(kafka, POSITIONS).read(slot).orElseThrow();
  }

  private Position reached(long lsn) {
    return new Position(slot, "1", 1, "", 0, new Lsn(lsn), Map.of());
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
