package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import onceward.messaging.Message;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.Publisher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * After each start what came before a failure comes through again. That must not pass for a
 * recovery: the pipeline would be ready every few seconds, and never wait longer.
 */
class RepeatedFailureTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int FAILURES = 5;

  /** Method: a change to a batch. */
  @ParameterizedTest
  @EnumSource
  void a_pipeline_is_not_ready_while_one_message_fails_again_and_again(Delivery delivery)
      throws Exception {
    try (var database = OutboxDatabase.create();
        var topic = new TopicReader().createTopic()) {
      var parts = new FailingParts(database.parts(delivery, 1));
      try (var pipeline = LonePipeline.start(parts)) {
        database.append(topic.aggregateType(), "a", 1);
        pipeline.awaitStreaming();
        topic.atLeast(1);

        parts.failing = true;
        database.append(topic.aggregateType(), "a", 2);

        var relay = pipeline.pipeline();
        await().atMost(LIMIT).until(() -> !relay.status().isReady());
        await()
            .atMost(LIMIT)
            .pollInterval(Duration.ofMillis(5))
            .until(() -> {
              assertThat(relay.status().isReady()).isFalse();
              return relay.failures() >= FAILURES;
            });

        parts.failing = false;
        pipeline.awaitStreaming();
        await().atMost(LIMIT).until(() -> topic.readOn().getLast().equals("2"));
      }
    }
  }

  private static final class FailingParts extends FaultyParts {

    private volatile boolean failing;

    FailingParts(PipelineParts real) {
      super(real);
    }

    @Override
    public Publisher publisher() {
      return new FaultyPublisher(super.publisher()) {
        @Override
        List<Message> sending(List<Message> messages) {
          if (failing && messages.stream().anyMatch(message -> message.aggregateVersion() == 2)) {
            throw new IllegalStateException("not version 2");
          }
          return messages;
        }
      };
    }
  }
}
