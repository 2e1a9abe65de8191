package onceward.messaging.testkit.servers;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import onceward.localstack.postgres.Role;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

final class ContainerPostgres implements TestPostgres {

  private static final DockerImageName IMAGE = DockerImageName.parse("postgres:18");
  private static final String ADMIN = "postgres";
  private static final int PORT = 5432;

  private final GenericContainer<?> container;
  private final Map<String, String> passwords = new ConcurrentHashMap<>();

  private ContainerPostgres(GenericContainer<?> container, String adminPassword) {
    this.container = container;
    passwords.put(ADMIN, adminPassword);
  }

  static ContainerPostgres start() {
    var password = newPassword();
    var container =
        new GenericContainer<>(IMAGE)
            .withEnv("POSTGRES_PASSWORD", password)
            .withCommand(
                "postgres",
                "-c",
                "wal_level=logical",
                "-c",
                "max_replication_slots=64",
                "-c",
                "max_wal_senders=64",
                "-c",
                "max_connections=300")
            .withExposedPorts(PORT)
            // The first time it is only ready to be set up.
            .waitingFor(Wait.forLogMessage(".*ready to accept connections.*\\s", 2));
    container.start();
    return new ContainerPostgres(container, password);
  }

  /** One at a time: roles belong to the whole server. */
  @Override
  public synchronized void createDatabase(String name, Role owner, Role... others) {
    var roles = Stream.concat(Stream.of(owner), Stream.of(others)).toList();
    try (var admin = connect(ADMIN)) {
      for (var role : roles) {
        create(admin, role);
      }
      run(admin, "create database \"%s\" owner \"%s\"".formatted(name, owner.name()));
      run(admin, "revoke all on database \"%s\" from public".formatted(name));
      for (var role : roles) {
        run(admin, "grant connect on database \"%s\" to \"%s\"".formatted(name, role.name()));
      }
    } catch (SQLException refused) {
      throw new IllegalStateException("cannot create database " + name, refused);
    }
  }

  /** Roles belong to the server, so the database before this one may have brought it. */
  private void create(Connection admin, Role role) throws SQLException {
    var password = newPassword();
    if (passwords.putIfAbsent(role.name(), password) == null) {
      run(
          admin,
          "create role \"%s\" login %s connection limit %d password '%s'"
              .formatted(
                  role.name(),
                  role.replication() ? "replication" : "noreplication",
                  role.connectionsMax(),
                  password));
    }
  }

  @Override
  public Connection connect(String database) throws SQLException {
    return connect(database, ADMIN);
  }

  @Override
  public Connection connect(String database, String role) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), role, password(role));
  }

  @Override
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s".formatted(host(), port(), database);
  }

  @Override
  public String password(String role) {
    return requireNonNull(passwords.get(role), () -> "no password is known for role " + role);
  }

  @Override
  public String adminPassword() {
    return password(ADMIN);
  }

  @Override
  public String host() {
    return container.getHost();
  }

  @Override
  public int port() {
    return container.getMappedPort(PORT);
  }

  void close() {
    container.stop();
  }

  private static void run(Connection admin, String sql) throws SQLException {
    try (var statement = admin.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String newPassword() {
    return UUID.randomUUID().toString();
  }
}
