package onceward.messaging.polling;

import static org.apache.kafka.clients.consumer.ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.AUTO_OFFSET_RESET_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.CLIENT_ID_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.GROUP_ID_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.GROUP_INSTANCE_ID_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.GROUP_PROTOCOL_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.ISOLATION_LEVEL_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.MAX_POLL_RECORDS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.METADATA_MAX_AGE_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.Map;
import onceward.messaging.delivery.MessagingConfiguration;
import onceward.messaging.kafka.KafkaConnection;
import onceward.messaging.offsets.Brokers;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Opens the Kafka consumer of a subscription. Every setting that guards a message is fixed here.
 */
@Singleton
@Requires(bean = Subscription.class)
final class ConsumerSettings {

  private static final int METADATA_MAX_AGE_MS = 10_000;

  private final KafkaConnection kafka;
  private final MessagingConfiguration messaging;

  ConsumerSettings(KafkaConnection kafka, MessagingConfiguration messaging) {
    this.kafka = kafka;
    this.messaging = messaging;
  }

  Consumer<byte[], byte[]> open(Subscription subscription) {
    var bytes = new ByteArrayDeserializer();
    return new KafkaConsumer<>(settings(subscription), bytes, bytes);
  }

  /** Opens a connection that asks the brokers about the topic and the group. */
  Brokers brokers(Subscription subscription) {
    var instance = messaging.instance();
    var name = instance == null ? subscription.consumer() : instance;
    return Brokers.connect(kafka, name + "-" + subscription.topic() + "-watch");
  }

  /** The name under which this process is known in the group; null if it has none. */
  @Nullable String groupInstance(Subscription subscription) {
    var instance = messaging.instance();
    return instance == null ? null : instance + "-" + subscription.topic();
  }

  private Map<String, Object> settings(Subscription subscription) {
    var settings = kafka.settings();
    settings.put(GROUP_ID_CONFIG, subscription.group());
    // Offsets are committed after the database transaction, never by a timer.
    settings.put(ENABLE_AUTO_COMMIT_CONFIG, false);
    // StartingPoints notices records that are gone; Kafka's client would pass over them in silence.
    settings.put(AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // A topic that is created later is found within this time, not within five minutes.
    settings.put(METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS);
    settings.put(MAX_POLL_RECORDS_CONFIG, messaging.maxPollRecords());
    settings.put(GROUP_PROTOCOL_CONFIG, messaging.groupProtocol().name);
    if (messaging.groupProtocol() == GroupProtocol.CLASSIC) {
      settings.putAll(classic());
    }
    var instance = groupInstance(subscription);
    if (instance != null) {
      settings.put(GROUP_INSTANCE_ID_CONFIG, instance);
      settings.put(CLIENT_ID_CONFIG, instance);
    }
    return settings;
  }

  /** Settings of the classic protocol; in the newer protocol the broker decides. */
  private Map<String, Object> classic() {
    var session = Math.toIntExact(messaging.sessionTimeout().toMillis());
    return Map.of(
        PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName(),
        SESSION_TIMEOUT_MS_CONFIG,
        session,
        // A third of the session, as Kafka advises: two heartbeats may be lost.
        HEARTBEAT_INTERVAL_MS_CONFIG,
        session / 3);
  }
}
