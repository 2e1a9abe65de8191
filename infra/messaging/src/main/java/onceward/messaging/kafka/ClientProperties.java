package onceward.messaging.kafka;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onceward.messaging.RootCause;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
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
      "allowed are security.protocol, security.providers, ssl.* and sasl.* of Kafka's clients";

  private static final Set<String> PROTOCOLS = Set.copyOf(SecurityProtocol.names());

  private static final Set<String> KNOWN =
      Stream.of(
              AdminClientConfig.configNames(),
              ProducerConfig.configNames(),
              ConsumerConfig.configNames())
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Names no host that would have to be found. */
  private static final String NOBODY = "127.0.0.1:1";

  /**
   * @throws ClientPropertiesException if it cannot be read or sets what it must not
   */
  Map<String, Object> read() {
    var properties = properties();
    refuseOthers(properties);
    refuseHalves(properties);
    refuseLogin(properties);
    return properties;
  }

  /** What is no property at all may be a key or a password: it is counted and not named. */
  private void refuseOthers(Map<String, Object> properties) {
    var others = new TreeSet<>(properties.keySet());
    others.removeIf(ClientProperties::isOfSecurity);
    var known = new TreeSet<>(others);
    known.retainAll(KNOWN);
    if (!known.isEmpty()) {
      throw refused("sets %s; %s".formatted(String.join(", ", known), ALLOWED));
    }
    if (!others.isEmpty()) {
      throw refused(
          "has %d lines that are no property of Kafka's clients; %s"
              .formatted(others.size(), ALLOWED));
    }
  }

  /** Kafka would take them and go on without encryption, or without a login. */
  private void refuseHalves(Map<String, Object> properties) {
    var protocol = properties.get(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG);
    if (protocol == null) {
      throw refused(
          "does not set security.protocol; set it to SSL, SASL_SSL, or what else the brokers have");
    }
    var name = protocol.toString().strip().toUpperCase(Locale.ROOT);
    refuseUnless(name.endsWith("SSL"), "ssl.", "SSL or SASL_SSL", properties, name);
    refuseUnless(name.startsWith("SASL"), "sasl.", "SASL_SSL", properties, name);
  }

  private void refuseUnless(
      boolean isUsed, String prefix, String by, Map<String, Object> properties, String protocol) {
    if (!isUsed && properties.keySet().stream().anyMatch(name -> name.startsWith(prefix))) {
      throw refused(
          "sets %s*, of which security.protocol=%s makes no use; set it to %s, or leave them out"
              .formatted(prefix, PROTOCOLS.contains(protocol) ? protocol : "…", by));
    }
  }

  /** Here, for Kafka's own words quote parts of it. */
  private void refuseLogin(Map<String, Object> properties) {
    var login = properties.get(SaslConfigs.SASL_JAAS_CONFIG);
    if (login != null) {
      try {
        JaasContext.loadClientContext(
            Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(login.toString())));
      } catch (RuntimeException unreadable) {
        throw refused(
            "sets a sasl.jaas.config that cannot be read; its form is: MODULE required NAME=\"VALUE\" …;");
      }
    }
  }

  private ClientPropertiesException refused(String why) {
    return new ClientPropertiesException(file, why);
  }

  /**
   * Opens a client, which reads what the file names, and closes it at once. A consumer, because it
   * connects to nobody before it is asked for something.
   */
  Optional<String> fault() {
    try {
      var settings = read();
      settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, NOBODY);
      var bytes = new ByteArrayDeserializer();
      new KafkaConsumer<>(settings, bytes, bytes).close(CloseOptions.timeout(Duration.ZERO));
      return Optional.empty();
    } catch (ClientPropertiesException unusable) {
      return Optional.of(String.valueOf(unusable.getMessage()));
    } catch (KafkaException unusable) {
      return Optional.of(
          "'%s' is of no use to Kafka's clients: %s".formatted(file, RootCause.tell(unusable)));
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
      throw refused("cannot be read (%s)".formatted(e.getClass().getSimpleName()));
    }
  }

  private static boolean isOfSecurity(String name) {
    return AdminClientConfig.configNames().contains(name)
        && (name.startsWith("security.") || name.startsWith("ssl.") || name.startsWith("sasl."));
  }
}
