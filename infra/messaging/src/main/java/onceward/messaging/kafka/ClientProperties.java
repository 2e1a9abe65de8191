package onceward.messaging.kafka;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import onceward.messaging.RootCause;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Utils;

/**
 * A file of Kafka client properties that says how to be let in: {@code security.protocol}, {@code
 * ssl.*} and {@code sasl.*}, as <a
 * href="https://kafka.apache.org/documentation/#adminclientconfigs">Kafka has them</a>. It may name
 * nothing else, for on all else hangs that no message is lost.
 *
 * @param file may be rotated while the program runs
 */
record ClientProperties(Path file) {

  private static final String ALLOWED =
      "security.protocol, security.providers, ssl.* and sasl.* of Kafka's clients";

  /** Names no host that would have to be found. */
  private static final String NOBODY = "127.0.0.1:1";

  /**
   * @throws ClientPropertiesException if it cannot be read or sets what it must not
   */
  Map<String, Object> read() {
    var properties = properties();
    var others = new TreeSet<>(properties.keySet());
    others.removeIf(ClientProperties::isOfSecurity);
    if (!others.isEmpty()) {
      throw new ClientPropertiesException(
          file, "sets %s; allowed: %s".formatted(String.join(", ", others), ALLOWED));
    }
    return properties;
  }

  /** Opens a client, which reads what the file names, and closes it at once. */
  Optional<String> fault() {
    try {
      var settings = read();
      settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, NOBODY);
      Admin.create(settings).close(Duration.ZERO);
      return Optional.empty();
    } catch (ClientPropertiesException unusable) {
      return Optional.of(String.valueOf(unusable.getMessage()));
    } catch (KafkaException unusable) {
      return Optional.of(
          "'%s' is of no use to Kafka's clients: %s"
              .formatted(file, RootCause.tell(unusable).replaceAll("\\s*\\R\\s*", " ")));
    }
  }

  private Map<String, Object> properties() {
    try {
      return Utils.loadProps(file.toString()).entrySet().stream()
          .collect(
              Collectors.toMap(
                  one -> one.getKey().toString(),
                  Map.Entry::getValue,
                  (_, last) -> last,
                  HashMap::new));
    } catch (IOException | IllegalArgumentException e) {
      throw new ClientPropertiesException(
          file, "cannot be read (%s)".formatted(e.getClass().getSimpleName()));
    }
  }

  private static boolean isOfSecurity(String name) {
    return AdminClientConfig.configNames().contains(name)
        && (name.startsWith("security.") || name.startsWith("ssl.") || name.startsWith("sasl."));
  }
}
