package onceward.localstack.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** A topic to create, with one replica. */
public record Topic(String name, int partitions, int messageBytesMax, Duration retention) {

  /** A topic for the programs: 6 partitions, messages up to 1 MiB, kept for 7 days. */
  public static Topic named(String name) {
    return new Topic(name, 6, 1024 * 1024, Duration.ofDays(7));
  }

  NewTopic toNewTopic() {
    return new NewTopic(name, partitions, (short) 1)
        .configs(
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(messageBytesMax),
                TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis())));
  }
}
