package onceward.relay.publish;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import onceward.messaging.RootCause;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at topics again and again over one connection, which costs less than a new one every few
 * seconds. After a failure the next look opens another connection, with the credentials of then.
 * Not thread-safe.
 */
public final class TopicLook implements AutoCloseable {

  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private final KafkaAdmin kafka;
  private @Nullable Admin kept;

  TopicLook(KafkaAdmin kafka) {
    this.kafka = kafka;
  }

  /**
   * What is known of each of the topics now; those that do not exist are missing.
   *
   * @throws KafkaAwayException if Kafka does not answer in time
   */
  public Map<String, TopicFacts> look(Collection<String> names) {
    try {
      if (kept == null) {
        kept = kafka.open();
      }
      return TopicFacts.of(kept, names);
    } catch (KafkaException e) {
      close();
      throw new KafkaAwayException("cannot ask Kafka about its topics: " + RootCause.tell(e), e);
    }
  }

  @Override
  public void close() {
    if (kept != null) {
      kept.close(CLOSE_MAX);
      kept = null;
    }
  }
}
