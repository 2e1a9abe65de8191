package onceward.relay;

import io.micronaut.context.annotation.ConfigurationProperties;
import org.jspecify.annotations.Nullable;

/**
 * Where to publish to.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 */
@ConfigurationProperties("kafka")
record KafkaConfiguration(@Nullable String bootstrapServers) {

  private static final String ADDRESSES = "[^\\s:,]+:\\d{1,5}(,[^\\s:,]+:\\d{1,5})*";

  /**
   * @throws InvalidConfigurationException if they are missing or no addresses
   */
  String validatedBootstrapServers() {
    if (bootstrapServers == null || !bootstrapServers.matches(ADDRESSES)) {
      throw new InvalidConfigurationException(
          "kafka.bootstrap-servers is '%s'; allowed: host:port, several separated by commas"
              .formatted(bootstrapServers == null ? "" : bootstrapServers));
    }
    return bootstrapServers;
  }
}
