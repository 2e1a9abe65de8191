package onceward.relay.settings;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Path;
import onceward.messaging.kafka.KafkaConnection;
import onceward.relay.publish.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Where to publish to.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param clientProperties a file that says how the brokers let the relay in, in the form that
 *     Kafka's own tools take by {@code --command-config}; read anew for every connection
 * @param positionsTopic the compacted topic in which the relay writes down how far it has
 *     published; it makes the topic if it is not there
 * @param deadLettersTopic the topic of the messages that an operator has quarantined; the relay
 *     makes the topic when the first one is
 */
@ConfigurationProperties("kafka")
public record KafkaConfiguration(
    @Nullable String bootstrapServers,
    @Nullable String clientProperties,
    @Bindable(defaultValue = "relay.positions") String positionsTopic,
    @Bindable(defaultValue = "relay.dead-letters") String deadLettersTopic) {

  private static final String ADDRESSES = "[^\\s:,]+:\\d{1,5}(,[^\\s:,]+:\\d{1,5})*";

  /**
   * How to reach the brokers.
   *
   * @throws InvalidConfigurationException if the servers are missing or no addresses, or the file
   *     of client properties is of no use
   */
  public KafkaConnection connection() {
    var servers = validatedBootstrapServers();
    if (clientProperties == null) {
      return KafkaConnection.plaintext(servers);
    }
    var file = Path.of(clientProperties);
    KafkaConnection.fault(file)
        .ifPresent(why -> {
          throw new InvalidConfigurationException("kafka.client-properties: " + why);
        });
    return new KafkaConnection(servers, file);
  }

  private String validatedBootstrapServers() {
    if (bootstrapServers == null || !bootstrapServers.matches(ADDRESSES)) {
      throw new InvalidConfigurationException(
          "kafka.bootstrap-servers is '%s'; allowed: host:port, several separated by commas"
              .formatted(bootstrapServers == null ? "" : bootstrapServers));
    }
    return bootstrapServers;
  }

  /**
   * The topic in which positions are written down.
   *
   * @throws InvalidConfigurationException if it is no name of a topic
   */
  public String validatedPositionsTopic() {
    return validatedTopic("kafka.positions-topic", positionsTopic);
  }

  /**
   * The topic of dead letters.
   *
   * @throws InvalidConfigurationException if it is no name of a topic
   */
  public String validatedDeadLettersTopic() {
    return validatedTopic("kafka.dead-letters-topic", deadLettersTopic);
  }

  private static String validatedTopic(String property, String name) {
    if (!TopicName.isAllowed(name)) {
      throw new InvalidConfigurationException(
          "%s is '%s'; allowed: %s".formatted(property, name, TopicName.ALLOWED));
    }
    return name;
  }
}
