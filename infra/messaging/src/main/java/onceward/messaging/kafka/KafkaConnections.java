package onceward.messaging.kafka;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The Kafka that the settings {@code kafka.*} name. */
@Factory
@Requires(property = "kafka.bootstrap-servers")
final class KafkaConnections {

  @Singleton
  KafkaConnection connection(
      @Value("${kafka.bootstrap-servers}") String bootstrapServers,
      @Nullable @Value("${kafka.client-properties}") String clientProperties) {
    return new KafkaConnection(
        bootstrapServers, clientProperties == null ? null : Path.of(clientProperties));
  }
}
