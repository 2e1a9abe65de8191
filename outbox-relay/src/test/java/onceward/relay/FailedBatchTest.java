package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import onceward.messaging.Message;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.publish.Publisher;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

/** A batch that fails ends the generation, whatever the failure is, and comes again in the next. */
class FailedBatchTest extends OutboxAndTopic {

  /** Debezium takes such a failure as leave to poll on, and would pass over the batch. */
  @Test
  void nothing_is_lost_when_a_failure_calls_itself_retriable() throws Exception {
    var parts = new FailingOnce(database.parts());
    try (var pipeline = LonePipeline.start(parts)) {
      database.append(topic.aggregateType(), "a", 1);
      await().atMost(LIMIT).untilTrue(parts.hasFailed);
      database.append(topic.aggregateType(), "a", 2);

      await().atMost(LIMIT).untilAsserted(() -> assertThat(topic.readOn()).endsWith("2"));
      pipeline.awaitStreaming();
    }
    assertThat(topic.readOn()).containsExactly("1", "2");
  }

  private static final class FailingOnce extends FaultyParts {

    private final AtomicBoolean hasFailed = new AtomicBoolean();

    FailingOnce(PipelineParts real) {
      super(real);
    }

    @Override
    public Duration checkpointInterval() {
      return Duration.ZERO;
    }

    @Override
    public Publisher publisher() {
      return new FaultyPublisher(super.publisher()) {
        @Override
        List<Message> sending(List<Message> messages) {
          if (!messages.isEmpty() && !hasFailed.getAndSet(true)) {
            throw new RetriableException("try again later");
          }
          return messages;
        }
      };
    }
  }
}
