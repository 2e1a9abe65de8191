package onceward.messaging.start;

import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.localstack.postgres.Role;

/** A database on a server of a version before 18, as an administrator hands it over. */
final class OlderServer implements AutoCloseable {

  static final int MAJOR = 17;
  static final String SLOT = "shop_outbox";

  private static final String NAME = "shop";
  private static final String MIGRATOR = "shop_migrator";
  private static final String SERVICE = "shop_service";

  private final PostgresServer server;

  OlderServer(Path directory) {
    server = PostgresServer.start(PostgresSettings.in(directory), MAJOR);
    server.createDatabase(
        NAME, Role.named(MIGRATOR), Role.named(SERVICE), Role.replicating("relay"));
  }

  /** The step that migrates, in the role that owns the tables and may not replicate. */
  Optional<String> migrate() {
    return with(Migrations::run);
  }

  /** What keeps a service from starting with this database. */
  Optional<String> missing() {
    return with(Migrations::missing);
  }

  private Optional<String> with(Function<Migrations, Optional<String>> step) {
    var prefix = "flyway.datasources.migrator.";
    Map<String, Object> properties =
        Map.of(
            prefix + "url",
            server.jdbcUrl(NAME),
            prefix + "user",
            MIGRATOR,
            prefix + "password",
            server.password(MIGRATOR),
            prefix + "locations",
            "classpath:onceward/messaging/migration",
            prefix + "placeholders.service",
            SERVICE,
            prefix + "placeholders.relay",
            "relay",
            prefix + "placeholders.slot",
            SLOT);
    try (var context = ApplicationContext.builder().properties(properties).build();
        var environment = context.getEnvironment().start()) {
      return step.apply(new Migrations("shop", Migrations.MIGRATOR, environment));
    }
  }

  Connection connect() throws SQLException {
    return server.connect(NAME);
  }

  void asService(String statement) throws SQLException {
    try (var connection = server.connect(NAME, SERVICE);
        var sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  void execute(String statement) throws SQLException {
    try (var connection = connect();
        var sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  void createSlot() throws SQLException {
    ask("select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(SLOT));
  }

  void dropSlot() throws SQLException {
    ask("select pg_drop_replication_slot('%s')".formatted(SLOT));
  }

  /** Reads all that the slot has to give, as the relay does. */
  List<String> readSlot() throws SQLException {
    return ask(
        "select data from pg_logical_slot_get_binary_changes('%s', null, null, 'proto_version', '1', 'publication_names', 'outbox')"
            .formatted(SLOT));
  }

  /** The first column of the answer, asked for as superuser. */
  List<String> ask(String query) throws SQLException {
    try (var connection = connect();
        var sql = connection.createStatement();
        var rows = sql.executeQuery(query)) {
      var answers = new ArrayList<String>();
      while (rows.next()) {
        answers.add(rows.getString(1));
      }
      return answers;
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
