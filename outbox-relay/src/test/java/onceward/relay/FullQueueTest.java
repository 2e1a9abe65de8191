package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import onceward.relay.publish.Delivery;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.Test;

/**
 * A relay ends soon while much waits to be published, as when it is restarted in the middle of a
 * backlog, and loses nothing by that.
 *
 * <p>Method: the queue between reader and publisher holds four messages of very many.
 */
class FullQueueTest {

  private static final int MANY = 400;
  private static final Duration LIMIT = Duration.ofSeconds(40);

  /** For so long the engine would wait by itself for a reader that waits at the full queue. */
  private static final Duration READER_WAIT = Duration.ofSeconds(4);

  @Test
  void a_pipeline_ends_before_its_backlog_does() throws Exception {
    try (var database = OutboxDatabase.create();
        var topic = new TopicReader().createTopic()) {
      database.copy(topic.aggregateType(), "a", MANY);
      try (var pipeline =
          LonePipeline.start(database.parts(Delivery.AT_LEAST_ONCE, 1)).awaitStreaming()) {
        var begun = System.nanoTime();
        pipeline.supervisor().pause();
        pipeline.awaitStopped(StopReason.PAUSED);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(READER_WAIT);
        assertThat(pipeline.published()).isLessThan(MANY);
        pipeline.supervisor().resume();
        topic.skipInOrder("a", MANY, LIMIT);
      }
    }
  }
}
