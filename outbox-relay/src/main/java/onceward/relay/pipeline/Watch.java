package onceward.relay.pipeline;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import onceward.relay.position.Position;
import onceward.relay.preflight.PublishedTopics;
import onceward.relay.publish.KafkaAwayException;
import onceward.relay.source.DatabaseException;
import onceward.relay.stop.StoppedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Looks again and again, while a pipeline streams, at all that its preflight has vouched for:
 * publication, outbox, role and encoding in the database, and the topics in Kafka. A change there
 * can pass over messages, lose or reorder them, while everything else goes on as if nothing were
 * wrong.
 *
 * <p>A change is found within {@link #INTERVAL} and the time of an answer. What was published in
 * between does not hide it: the position keeps the premises of the start, so the next start stops
 * as well, until an operator accepts. Database and Kafka are looked at by a thread each, so that
 * one which does not answer does not keep the other from being looked at. No answer is no change;
 * that nothing comes through any more is the canary's to notice.
 */
final class Watch implements AutoCloseable {

  /** With Kafka's or the database's answer below the 5 s in which a lost topic is to be seen. */
  static final Duration INTERVAL = Duration.ofSeconds(3);

  private static final Logger log = LoggerFactory.getLogger(Watch.class);

  private final PipelineParts parts;
  private final Position start;
  private final PublishedTopics topics;
  private final Consumer<RuntimeException> broken;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param start where the pipeline began
   * @param broken takes the reason why the pipeline must not go on, on a thread of the watch
   */
  Watch(
      PipelineParts parts,
      Position start,
      PublishedTopics topics,
      Consumer<RuntimeException> broken) {
    this.parts = parts;
    this.start = start;
    this.topics = topics;
    this.broken = broken;
  }

  void start(String pipeline) {
    Thread.ofVirtual().name("watch-database-" + pipeline).start(() -> watchDatabase(pipeline));
    Thread.ofVirtual().name("watch-topics-" + pipeline).start(() -> watchTopics(pipeline));
  }

  private void watchDatabase(String pipeline) {
    try (var look = parts.database().databaseLook()) {
      lookUntilEnded(
          pipeline,
          () -> {
            if (!parts.preflight().isStillFit(start, look.look())) {
              throw new PremisesChangedException();
            }
          });
    }
  }

  private void watchTopics(String pipeline) {
    try (var look = parts.preflight().topicLook()) {
      lookUntilEnded(pipeline, () -> topics.lookAgain(look));
    }
  }

  private void lookUntilEnded(String pipeline, Runnable look) {
    MDC.put("pipeline", pipeline);
    while (!endsWithin(INTERVAL)) {
      try {
        look.run();
      } catch (StoppedException | PremisesChangedException changed) {
        broken.accept(changed);
        return;
      } catch (DatabaseException | KafkaAwayException notNow) {
        log.debug("Pipeline {} cannot look again now", pipeline, notNow);
      } catch (RuntimeException unforeseen) {
        log.warn("Pipeline {} could not be looked at; looks again", pipeline, unforeseen);
      }
    }
  }

  @Override
  public void close() {
    ended.countDown();
  }

  private boolean endsWithin(Duration wait) {
    try {
      return ended.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
