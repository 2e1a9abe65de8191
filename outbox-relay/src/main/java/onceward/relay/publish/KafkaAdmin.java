package onceward.relay.publish;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import onceward.messaging.RootCause;
import onceward.messaging.kafka.KafkaConnection;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/** Asks Kafka, with a new connection each time. Safe for use by many threads. */
final class KafkaAdmin {

  private static final int TIMEOUT_MS = 8_000;

  /** Above the client's own limit, which its thread keeps: that could have died. */
  private static final int ANSWER_MS_MAX = TIMEOUT_MS + 2_000;

  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private final KafkaConnection connection;

  KafkaAdmin(KafkaConnection connection) {
    this.connection = connection;
  }

  KafkaConnection connection() {
    return connection;
  }

  /**
   * @param subject completes "cannot ask Kafka"
   * @throws KafkaAwayException if it does not answer in time
   */
  <T> T ask(String subject, Function<Admin, T> question) {
    try {
      var admin = open();
      try {
        return question.apply(admin);
      } finally {
        admin.close(CLOSE_MAX);
      }
    } catch (KafkaException e) {
      throw new KafkaAwayException(
          "cannot ask Kafka %s: %s".formatted(subject, RootCause.tell(e)), e);
    }
  }

  /** To be closed. */
  Admin open() {
    var settings = connection.settings();
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
    return Admin.create(settings);
  }

  static <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get(ANSWER_MS_MAX, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new KafkaException("no answer within %d ms".formatted(ANSWER_MS_MAX), e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }
}
