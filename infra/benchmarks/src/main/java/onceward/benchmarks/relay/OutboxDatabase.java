package onceward.benchmarks.relay;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import onceward.localstack.postgres.Role;
import onceward.localstack.process.Waiting;
import onceward.messaging.testkit.servers.TestPostgres;
import org.flywaydb.core.Flyway;

/** A new database with the outbox and the slot, made by the migrations that a service runs. */
final class OutboxDatabase implements AutoCloseable {

  private static final String RELAY = "relay";
  private static final String MIGRATOR = "bench_migrator";
  private static final String SERVICE = "bench_service";
  private static final Duration SLOT_LIMIT = Duration.ofSeconds(30);
  private static final Duration SLOT_POLL = Duration.ofMillis(100);

  private final TestPostgres postgres;
  private final String name;

  private OutboxDatabase(TestPostgres postgres, String name) {
    this.postgres = postgres;
    this.name = name;
  }

  /** On the server that all benchmarks of this JVM share. */
  static OutboxDatabase create(String name) {
    return create(BacklogServer.postgres(), name);
  }

  static OutboxDatabase create(TestPostgres postgres, String name) {
    postgres.createDatabase(
        name, Role.replicating(MIGRATOR), Role.named(SERVICE), Role.replicating(RELAY));
    var database = new OutboxDatabase(postgres, name);
    Flyway.configure()
        .dataSource(postgres.jdbcUrl(name), MIGRATOR, postgres.password(MIGRATOR))
        .locations("classpath:onceward/messaging/migration")
        .placeholders(Map.of("service", SERVICE, "relay", RELAY, "slot", database.slot()))
        .load()
        .migrate();
    return database;
  }

  String name() {
    return name;
  }

  String jdbcUrl() {
    return postgres.jdbcUrl(name);
  }

  String adminPassword() {
    return postgres.adminPassword();
  }

  /** Where a relay finds the outbox. */
  OutboxAccess access() {
    return new OutboxAccess(
        postgres.host(), postgres.port(), name, RELAY, postgres.password(RELAY), slot());
  }

  /** A connection as the service, without automatic commits. */
  Connection connect() throws SQLException {
    var connection = postgres.connect(name, SERVICE);
    connection.setAutoCommit(false);
    return connection;
  }

  /** Whether a relay reads from the slot. */
  boolean isSlotActive() {
    return administer("select active from pg_replication_slots where slot_name = '" + slot() + "'")
        .equals("t");
  }

  /** Whether a program that names itself so is connected. */
  boolean isConnected(String application) {
    return !administer(
            "select count(*) from pg_stat_activity where datname = '%s' and application_name = '%s'"
                .formatted(name, application))
        .equals("0");
  }

  /** Frees the slot from the log of everything that was done to the server until now. */
  void makeSlotAnew() {
    administer("select pg_drop_replication_slot('%s')".formatted(slot()));
    administer("select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(slot()));
  }

  /** Lets nothing of the past be written while something is measured. */
  void checkpoint() {
    administer("checkpoint");
  }

  /**
   * Drops the slot once the relay has let go of it, as it would hold back the log for all, and the
   * database, as a session of many turns would fill the disk.
   */
  @Override
  public void close() {
    var dropped = Waiting.until(this::dropSlot, SLOT_LIMIT, SLOT_POLL);
    if (!dropped) {
      throw new IllegalStateException("slot " + slot() + " is still in use after " + SLOT_LIMIT);
    }
    administer("postgres", "drop database " + name + " with (force)");
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
  String administer(String sql) {
    return administer(name, sql);
  }

  private String administer(String database, String sql) {
    try (var connection = postgres.connect(database);
        var statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (var rows = statement.getResultSet()) {
        return rows.next() ? rows.getString(1) : "";
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot do in " + database + ": " + sql, e);
    }
  }
}
