package onceward.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.localstack.postgres.Role;
import onceward.messaging.testkit.TestServers;
import onceward.relay.capture.CaptureSettings;
import org.flywaydb.core.Flyway;
import org.postgresql.PGConnection;

/** A database of its own with the outbox, made by the migrations that a service runs. */
public final class OutboxDatabase implements AutoCloseable {

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String RELAY = "relay";
  private static final String INSERT =
      """
      insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload)
      values (?, ?, ?, ?, ?) returning id
      """;

  private final String name = "shop_" + COUNT.incrementAndGet();
  private final String service = name + "_service";

  private OutboxDatabase() {}

  public static OutboxDatabase create() {
    var database = new OutboxDatabase();
    var migrator = database.name + "_migrator";
    TestServers.postgres()
        .createDatabase(
            database.name,
            Role.replicating(migrator),
            Role.named(database.service),
            Role.replicating(RELAY));
    Flyway.configure()
        .dataSource(
            TestServers.postgres().jdbcUrl(database.name),
            migrator,
            TestServers.postgres().password(migrator))
        .locations("classpath:onceward/messaging/migration")
        .placeholders(Map.of("service", database.service, "relay", RELAY, "slot", database.slot()))
        .load()
        .migrate();
    return database;
  }

  public String name() {
    return name;
  }

  String slot() {
    return name + "_outbox";
  }

  /** The properties of a pipeline from here. */
  public Map<String, Object> properties(String pipeline) {
    var prefix = "relay.pipelines." + pipeline + ".";
    var properties = new LinkedHashMap<String, Object>();
    properties.put(prefix + "host", TestServers.postgres().host());
    properties.put(prefix + "port", TestServers.postgres().port());
    properties.put(prefix + "database", name);
    properties.put(prefix + "username", RELAY);
    properties.put(prefix + "password", TestServers.postgres().password(RELAY));
    properties.put(prefix + "slot", slot());
    properties.put(prefix + "source", "/onceward/shop");
    properties.put(prefix + "canary-interval", "200ms");
    return properties;
  }

  /** The parts of a pipeline from here. */
  ConfiguredParts parts() {
    return ConfiguredParts.of(
        new PipelineConfiguration(
            name,
            TestServers.postgres().host(),
            Integer.toString(TestServers.postgres().port()),
            name,
            RELAY,
            TestServers.postgres().password(RELAY),
            null,
            "public.outbox",
            slot(),
            "outbox",
            "/onceward/shop",
            null,
            "200ms",
            "5ms",
            "512",
            "16777216"),
        new KafkaConfiguration(TestServers.kafka().bootstrapServers(), "relay.positions"));
  }

  CaptureSettings captureSettings() {
    return parts().settings();
  }

  /** A connection as the service, in a transaction. */
  public Connection begin() throws SQLException {
    var connection = TestServers.postgres().connect(name, service);
    connection.setAutoCommit(false);
    return connection;
  }

  /** Appends in a transaction of its own. */
  public UUID append(String aggregateType, String aggregateId, long version) throws SQLException {
    try (var connection = begin()) {
      var id = append(connection, aggregateType, aggregateId, version);
      connection.commit();
      return id;
    }
  }

  public static UUID append(
      Connection connection, String aggregateType, String aggregateId, long version)
      throws SQLException {
    try (var insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, aggregateType);
      insert.setString(2, aggregateId);
      insert.setLong(3, version);
      insert.setString(4, "Moved");
      insert.setString(5, payload(version));
      try (var rows = insert.executeQuery()) {
        rows.next();
        return rows.getObject(1, UUID.class);
      }
    }
  }

  static String payload(long version) {
    return "{ \"step\" : %d, \"name\":\"Zoë\" }".formatted(version);
  }

  /** Appends by COPY, in one transaction. */
  void copy(String aggregateType, String aggregateId, int count) throws SQLException, IOException {
    var lines = new StringBuilder();
    for (int version = 1; version <= count; version++) {
      lines.append("%s\t%s\t%d\tMoved\t{}%n".formatted(aggregateType, aggregateId, version));
    }
    try (var connection = begin()) {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(
              "copy outbox (aggregatetype, aggregateid, aggregateversion, type, payload) from stdin",
              new ByteArrayInputStream(lines.toString().getBytes(UTF_8)));
      connection.commit();
    }
  }

  /** Runs a statement as superuser. */
  public void administer(String statement) throws SQLException {
    try (var connection = TestServers.postgres().connect(name);
        var sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  /** One value, asked for as superuser. */
  String ask(String query) {
    try (var connection = TestServers.postgres().connect(name);
        var sql = connection.createStatement();
        var rows = sql.executeQuery(query)) {
      rows.next();
      return String.valueOf(rows.getString(1));
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  /** Whether the slot has moved past a position in the log. */
  boolean slotIsPast(String position) {
    return Boolean.parseBoolean(
        ask(
            "select case when confirmed_flush_lsn > '%s' then 'true' else 'false' end from pg_replication_slots where slot_name = '%s'"
                .formatted(position, slot())));
  }

  String logPosition() {
    return ask("select pg_current_wal_insert_lsn()");
  }

  void dropSlot() throws SQLException {
    administer("select pg_drop_replication_slot('%s')".formatted(slot()));
  }

  void makeSlot(String plugin) throws SQLException {
    administer("select pg_create_logical_replication_slot('%s', '%s')".formatted(slot(), plugin));
  }

  /** Drops the slot, which would hold back the log for all. */
  @Override
  public void close() throws SQLException {
    administer(
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '%s' and not active"
            .formatted(slot()));
  }
}
