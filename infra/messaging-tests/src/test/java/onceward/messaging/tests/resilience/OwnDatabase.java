package onceward.messaging.tests.resilience;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.localstack.postgres.Role;
import onceward.localstack.process.Signal;
import onceward.messaging.testkit.TestDoor;
import onceward.messaging.testkit.TestServers;

/** A service's database on a server of its own, which can be taken away and given back. */
final class OwnDatabase implements AutoCloseable {

  private static final String NAME = "outage";
  private static final String SERVICE = "outage_service";
  private static final String MIGRATOR = "outage_migrator";
  private static final String RELAY = "relay";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path directory;
  private final PostgresSettings settings;
  private PostgresServer server;

  OwnDatabase() throws IOException {
    directory = Files.createTempDirectory("onceward-outage-");
    settings = PostgresSettings.in(directory);
    server = PostgresServer.start(settings);
    server.createDatabase(
        NAME, Role.replicating(MIGRATOR), Role.named(SERVICE), Role.replicating(RELAY));
  }

  Map<String, Object> properties() {
    var url = server.jdbcUrl(NAME);
    var properties = new HashMap<String, Object>();
    properties.put("micronaut.server.host", "127.0.0.1");
    properties.put("micronaut.server.port", "-1");
    properties.put("datasources.default.url", url);
    properties.put("datasources.default.username", SERVICE);
    properties.put("datasources.default.password", server.password(SERVICE));
    properties.put("flyway.datasources.migrator.url", url);
    properties.put("flyway.datasources.migrator.user", MIGRATOR);
    properties.put("flyway.datasources.migrator.password", server.password(MIGRATOR));
    properties.put("flyway.datasources.migrator.placeholders.service", SERVICE);
    properties.put("flyway.datasources.migrator.placeholders.relay", RELAY);
    properties.put("flyway.datasources.migrator.placeholders.slot", "outage_outbox");
    properties.put("kafka.bootstrap-servers", TestServers.kafka().bootstrapServers());
    properties.putAll(TestDoor.properties());
    return properties;
  }

  Connection connect() throws SQLException {
    return server.connect(NAME);
  }

  /** Every connection breaks, and nobody listens. */
  void takeAway() {
    // At once, without a farewell to clients; what was committed is recovered at the next start.
    server.process().end(PATIENCE, Signal.QUIT, Signal.KILL);
  }

  void giveBack() {
    server = PostgresServer.start(settings);
  }

  @Override
  public void close() {
    server.close();
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
