package onceward.relay.publish;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The producer's settings, each with its reason. Times in milliseconds, sizes in bytes. */
final class ProducerSettings {

  private static final int KIB = 1024;

  private ProducerSettings() {}

  static Map<String, Object> transactional(
      String bootstrapServers, String pipeline, String transactionalId) {
    var settings = new HashMap<>(of(bootstrapServers, pipeline));
    // One for all relays of a slot, ever: it is what keeps all but the last from publishing.
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    // Readers of what is committed wait behind a transaction that nobody ends; the default is 60 s.
    settings.put(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
        (int) ExactlyOncePublisher.TRANSACTION_MAX.toMillis());
    return settings;
  }

  static Map<String, Object> of(String bootstrapServers, String pipeline) {
    return Map.ofEntries(
        Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
        Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "outbox-relay-" + pipeline),
        // On all in-sync replicas, or not published.
        Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
        // Retries neither repeat nor reorder. Explicit, so that a setting that conflicts is
        // refused.
        Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
        // The most for which idempotence keeps the order.
        Map.entry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5),
        // The batch is all there is to wait for.
        Map.entry(ProducerConfig.LINGER_MS_CONFIG, 0),
        Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, 128 * KIB),
        Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
        // A payload is at most 512 KiB; the broker takes 1 MiB by default.
        Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1024 * KIB),
        // As much as may be under way at once, well below the heap.
        Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L * 1024 * KIB),
        // How long a missing topic or an unreachable broker may hold up a send.
        Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000),
        Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000),
        // Two attempts; then the batch has failed and is captured again.
        Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 12_000),
        // The default tries a broker that comes back only once a second.
        Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500));
  }
}
