package onceward.relay;

import static onceward.relay.LonePipeline.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import onceward.relay.pipeline.Pipeline;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * What an operator, or the process, wants in the very moment in which a pipeline stops is heard.
 *
 * <p>Method: it is wanted by whoever reads in the log that the pipeline stops.
 */
class StoppingTest extends OutboxAndTopic {

  /** Far below the time after which a pipeline is left to itself. */
  private static final Duration SOON = Duration.ofSeconds(25);

  /** Until somebody raises the limit. */
  private static final Stop TOO_LARGE =
      new Stop(StopReason.MESSAGE_REFUSED, "too large", "raise the limit");

  @BeforeEach
  void appendOne() throws Exception {
    database.append(topic.aggregateType(), "a", 1);
  }

  @Test
  void a_resume() {
    try (var stops = new StopReader(stopped -> stopped.pipeline().resume(ADA));
        var pipeline = LonePipeline.start(new StoppedOnceParts(database.parts(), TOO_LARGE))) {
      stops.of(pipeline);
      topic.atLeast(1);
    }
  }

  @Test
  void an_end() {
    var ended = new CompletableFuture<Void>();
    try (var stops = new StopReader(stopped -> end(stopped, ended));
        var pipeline = LonePipeline.start(new StoppedOnceParts(database.parts(), TOO_LARGE))) {
      stops.of(pipeline);
      assertThat(ended).succeedsWithin(SOON);
    }
  }

  /** Closing waits for the thread that logs, which waits until the closing has begun. */
  private static void end(LonePipeline pipeline, CompletableFuture<Void> ended) {
    var closing =
        Thread.ofVirtual()
            .start(() -> {
              pipeline.close();
              ended.complete(null);
            });
    await().atMost(LIMIT).until(() -> closing.getState() == Thread.State.TIMED_WAITING);
  }

  /** Does something, once, while the line is logged that tells of a stop. */
  private static final class StopReader extends AppenderBase<ILoggingEvent>
      implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger(Pipeline.class);
    private final Consumer<LonePipeline> reaction;
    private final CompletableFuture<LonePipeline> pipeline = new CompletableFuture<>();
    private final AtomicBoolean hasRead = new AtomicBoolean();

    StopReader(Consumer<LonePipeline> reaction) {
      this.reaction = reaction;
      start();
      logger.addAppender(this);
    }

    /** Whose stops are read, which may have begun before this is told. */
    void of(LonePipeline started) {
      pipeline.complete(started);
    }

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getFormattedMessage().contains("-> STOPPED, message-refused")
          && !hasRead.getAndSet(true)) {
        reaction.accept(pipeline.join());
      }
    }

    @Override
    public void close() {
      logger.detachAppender(this);
    }
  }
}
