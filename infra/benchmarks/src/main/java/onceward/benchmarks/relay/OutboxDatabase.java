package onceward.benchmarks.relay;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.localstack.postgres.Role;
import onceward.localstack.process.Waiting;
import onceward.messaging.testkit.TestServers;
import org.flywaydb.core.Flyway;

/** A new database with the outbox and the slot, made by the migrations that a service runs. */
final class OutboxDatabase implements AutoCloseable {

  private static final String RELAY = "relay";
  private static final String MIGRATOR = "bench_migrator";
  private static final String SERVICE = "bench_service";
  private static final Duration SLOT_LIMIT = Duration.ofSeconds(30);
  private static final Duration SLOT_POLL = Duration.ofMillis(100);
  private static final int FETCH_ROWS = 10_000;

  private final String name;

  private OutboxDatabase(String name) {
    this.name = name;
  }

  static OutboxDatabase create(String name) {
    var postgres = TestServers.postgres();
    postgres.createDatabase(
        name, Role.replicating(MIGRATOR), Role.named(SERVICE), Role.replicating(RELAY));
    var database = new OutboxDatabase(name);
    Flyway.configure()
        .dataSource(postgres.jdbcUrl(name), MIGRATOR, postgres.password(MIGRATOR))
        .locations("classpath:onceward/messaging/migration")
        .placeholders(Map.of("service", SERVICE, "relay", RELAY, "slot", database.slot()))
        .load()
        .migrate();
    // Or a large backlog would cost the relay its slot.
    database.administer("alter system set max_slot_wal_keep_size = -1");
    database.administer("select pg_reload_conf()");
    return database;
  }

  /** The properties of a pipeline from here, each after that prefix. */
  Map<String, String> properties(String prefix) {
    var postgres = TestServers.postgres();
    var properties = new LinkedHashMap<String, String>();
    properties.put(prefix + "host", postgres.host());
    properties.put(prefix + "port", Integer.toString(postgres.port()));
    properties.put(prefix + "database", name);
    properties.put(prefix + "username", RELAY);
    properties.put(prefix + "password", postgres.password(RELAY));
    properties.put(prefix + "slot", slot());
    properties.put(prefix + "source", "/onceward/bench");
    return properties;
  }

  /** A connection as the service, without automatic commits. */
  Connection connect() throws SQLException {
    var connection = TestServers.postgres().connect(name, SERVICE);
    connection.setAutoCommit(false);
    return connection;
  }

  /** The ids of all rows. */
  List<UUID> ids() {
    var ids = new ArrayList<UUID>();
    try (var connection = TestServers.postgres().connect(name)) {
      connection.setAutoCommit(false);
      try (var select = connection.prepareStatement("select id from outbox")) {
        select.setFetchSize(FETCH_ROWS);
        try (var rows = select.executeQuery()) {
          while (rows.next()) {
            ids.add(rows.getObject(1, UUID.class));
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read the outbox of " + name, e);
    }
    return ids;
  }

  /** Lets nothing of the past be written while something is measured. */
  void checkpoint() {
    administer("checkpoint");
  }

  /** Drops the slot once the relay has let go of it; it would hold back the log for all. */
  @Override
  public void close() {
    var dropped = Waiting.until(this::dropSlot, SLOT_LIMIT, SLOT_POLL);
    if (!dropped) {
      throw new IllegalStateException("slot " + slot() + " is still in use after " + SLOT_LIMIT);
    }
  }

  private boolean dropSlot() {
    var condition = " from pg_replication_slots where slot_name = '" + slot() + "'";
    administer("select pg_drop_replication_slot(slot_name)" + condition + " and not active");
    return administer("select count(*)" + condition).equals("0");
  }

  private String slot() {
    return name + "_outbox";
  }

  /** As superuser; the first value, if there is one. */
  private String administer(String sql) {
    try (var connection = TestServers.postgres().connect(name);
        var statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (var rows = statement.getResultSet()) {
        return rows.next() ? rows.getString(1) : "";
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot do in " + name + ": " + sql, e);
    }
  }
}
