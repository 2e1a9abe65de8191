package onceward.relay.publish;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/** Asks Kafka, with a new connection each time. Safe for use by many threads. */
final class KafkaAdmin {

  private static final int TIMEOUT_MS = 8_000;

  private final String bootstrapServers;

  KafkaAdmin(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * @param subject completes "cannot ask Kafka"
   * @throws KafkaAwayException if it does not answer in time
   */
  <T> T ask(String subject, Function<Admin, T> question) {
    try (var admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2))) {
      return question.apply(admin);
    } catch (KafkaException e) {
      throw new KafkaAwayException("cannot ask Kafka %s: %s".formatted(subject, e.getMessage()), e);
    }
  }

  static <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }
}
