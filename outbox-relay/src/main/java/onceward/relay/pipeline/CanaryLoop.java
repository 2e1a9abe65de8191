package onceward.relay.pipeline;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import onceward.relay.source.CanaryMover;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Moves the canary again and again while a pipeline streams. Each move has to come back through the
 * log: while the outbox is silent, nothing else would show that the pipeline stands still.
 */
final class CanaryLoop implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CanaryLoop.class);

  private final PipelineParts parts;
  private final Consumer<Event> report;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param report takes an event for every move, on a thread of the canary
   */
  CanaryLoop(PipelineParts parts, Consumer<Event> report) {
    this.parts = parts;
    this.report = report;
  }

  void start(String pipeline) {
    Thread.ofVirtual().name("canary-" + pipeline).start(() -> move(pipeline));
  }

  private void move(String pipeline) {
    MDC.put("pipeline", pipeline);
    try (var mover = parts.database().canaryMover()) {
      do {
        report.accept(moveOnce(mover));
      } while (!ended.await(parts.canaryInterval().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Event moveOnce(CanaryMover mover) {
    try {
      return new Event.CanaryMoved(mover.move());
    } catch (RuntimeException notNow) {
      // What matters is whether anything comes through.
      log.debug("The canary stands still", notNow);
      return new Event.CanaryStuck(String.valueOf(notNow.getMessage()));
    }
  }

  @Override
  public void close() {
    ended.countDown();
  }
}
