package onceward.benchmarks.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.postgresql.PGProperty;

/**
 * What a peer needs to publish an outbox.
 *
 * @param url of the database, for JDBC
 * @param username a role that may read the outbox and the slot
 * @param source the CloudEvents source that records name
 */
public record PeerSettings(
    String url,
    String username,
    String password,
    String slot,
    String publication,
    String bootstrapServers,
    String source) {

  private static final int KIB = 1024;

  /** From a file that holds {@link #properties()}. */
  static PeerSettings read(Path file) {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the settings of the peer", e);
    }
    return new PeerSettings(
        required(properties, "url"),
        required(properties, "username"),
        required(properties, "password"),
        required(properties, "slot"),
        required(properties, "publication"),
        required(properties, "bootstrap-servers"),
        required(properties, "source"));
  }

  private static String required(Properties properties, String name) {
    var value = properties.getProperty(name);
    if (value == null) {
      throw new IllegalArgumentException("the settings of the peer lack " + name);
    }
    return value;
  }

  /** For a file that only its owner may read: the password is in it. */
  public Map<String, String> properties() {
    return Map.of(
        "url", url,
        "username", username,
        "password", password,
        "slot", slot,
        "publication", publication,
        "bootstrap-servers", bootstrapServers,
        "source", source);
  }

  /** A connection for queries. */
  Connection connect(String application) throws SQLException {
    return DriverManager.getConnection(url, login(application));
  }

  /** A connection that speaks the replication protocol. */
  Connection connectForReplication(String application) throws SQLException {
    var properties = login(application);
    PGProperty.REPLICATION.set(properties, "database");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "18");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    return DriverManager.getConnection(url, properties);
  }

  private Properties login(String application) {
    var properties = new Properties();
    PGProperty.USER.set(properties, username);
    PGProperty.PASSWORD.set(properties, password);
    PGProperty.APPLICATION_NAME.set(properties, application);
    return properties;
  }

  /** A producer with the settings of the relay's, as far as they matter for speed. */
  KafkaProducer<byte[], byte[]> producer() {
    var bytes = new ByteArraySerializer();
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            5,
            ProducerConfig.LINGER_MS_CONFIG,
            0,
            ProducerConfig.BATCH_SIZE_CONFIG,
            128 * KIB,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "lz4",
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            1024 * KIB,
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            16L * 1024 * KIB),
        bytes,
        bytes);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "slot %s of %s".formatted(slot, url);
  }
}
