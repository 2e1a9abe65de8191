package onceward.relay.publish;

import java.util.Map;
import onceward.messaging.kafka.KafkaConnection;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The producer's settings, each with its reason. Times in milliseconds, sizes in bytes. */
final class ProducerSettings {

  private static final int KIB = 1024;

  private ProducerSettings() {}

  static Map<String, Object> transactional(
      KafkaConnection connection, String pipeline, String transactionalId) {
    var settings = of(connection, pipeline);
    // One for all relays of a slot, ever: it is what keeps all but the last from publishing.
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    // Readers of what is committed wait behind a transaction that nobody ends; the default is 60 s.
    settings.put(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
        (int) ExactlyOncePublisher.TRANSACTION_MAX.toMillis());
    return settings;
  }

  static Map<String, Object> of(KafkaConnection connection, String pipeline) {
    var settings = connection.settings();
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "outbox-relay-" + pipeline);
    // On all in-sync replicas, or not published.
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    // Retries neither repeat nor reorder. Explicit, so that a setting that conflicts is
    // refused.
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // The most for which idempotence keeps the order.
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
    // What is captured is all there is to wait for.
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * KIB);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    // A payload is at most 512 KiB; the broker takes 1 MiB by default.
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1024 * KIB);
    // Four times what may be under way at once, well below the heap.
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L * 1024 * KIB);
    // How long a missing topic or an unreachable broker may hold up a send.
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    // Two attempts; then the batch has failed and is captured again.
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 12_000);
    // The default tries a broker that comes back only once a second.
    settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    return settings;
  }
}
