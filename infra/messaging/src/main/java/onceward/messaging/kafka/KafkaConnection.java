package onceward.messaging.kafka;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;

/**
 * The address of Kafka and the file with encryption and login. Immutable and thread-safe; opens no
 * connection.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param clientProperties a file in the form that Kafka's own tools take by {@code
 *     --command-config}, see {@link ClientProperties}; null for brokers without encryption and
 *     login
 */
public record KafkaConnection(String bootstrapServers, @Nullable Path clientProperties) {

  /** To brokers without encryption and login. */
  public static KafkaConnection plaintext(String bootstrapServers) {
    return new KafkaConnection(bootstrapServers, null);
  }

  /**
   * The properties to open a client with. Every call reads the file anew, and the client reads the
   * certificates, so a rotated file counts from the next client on.
   *
   * @throws ClientPropertiesException if the file cannot be read or sets what it must not
   */
  public Map<String, Object> settings() {
    var settings = new HashMap<String, Object>();
    if (clientProperties != null) {
      settings.putAll(new ClientProperties(clientProperties).read());
    }
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return settings;
  }

  /** Why no client can be opened with a file, in one line; empty if one can. Asks no broker. */
  public static Optional<String> fault(Path clientProperties) {
    return new ClientProperties(clientProperties).fault();
  }

  /**
   * How Kafka's own tools reach the same brokers to change something, e.g. {@code
   * --bootstrap-server kafka:9092}. Where a login is needed it is that of an administrator, whose
   * file nobody here knows: this program's may not change anything.
   */
  public String toolArguments() {
    var servers = "--bootstrap-server " + bootstrapServers;
    return clientProperties == null ? servers : servers + " --command-config ADMIN.properties";
  }
}
