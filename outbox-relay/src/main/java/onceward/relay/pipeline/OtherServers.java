package onceward.relay.pipeline;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import onceward.relay.position.Position;
import onceward.relay.source.DatabaseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Looks again and again, while a pipeline streams from one of several servers, whether another of
 * them takes writes too. Nothing else would show that: programs are ready, and messages flow. Does
 * nothing where a pipeline has one server.
 */
final class OtherServers implements AutoCloseable {

  /** Each look costs each other server one login. */
  private static final Duration INTERVAL = Duration.ofSeconds(15);

  private static final Logger log = LoggerFactory.getLogger(OtherServers.class);

  private final PipelineParts parts;
  private final Position start;
  private final Consumer<Event> report;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param start where the pipeline began
   * @param report takes an event for every look, on a thread of this object
   */
  OtherServers(PipelineParts parts, Position start, Consumer<Event> report) {
    this.parts = parts;
    this.start = start;
    this.report = report;
  }

  void start(String pipeline) {
    if (parts.database().hasOtherServers()) {
      Thread.ofVirtual().name("watch-servers-" + pipeline).start(() -> look(pipeline));
    }
  }

  private void look(String pipeline) {
    MDC.put("pipeline", pipeline);
    try {
      do {
        lookOnce(pipeline);
      } while (!ended.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookOnce(String pipeline) {
    try {
      report.accept(new Event.OthersSeen(parts.database().otherPrimaries(start)));
    } catch (DatabaseException notNow) {
      log.debug("Pipeline {} cannot look at its other servers now", pipeline, notNow);
    }
  }

  @Override
  public void close() {
    ended.countDown();
  }
}
