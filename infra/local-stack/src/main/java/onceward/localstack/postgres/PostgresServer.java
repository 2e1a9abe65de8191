package onceward.localstack.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import onceward.localstack.process.Condition;
import onceward.localstack.process.LogTail;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.Signal;
import onceward.localstack.process.StackException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A running PostgreSQL server that listens on 127.0.0.1 only and asks every role for its password
 * (SCRAM). It is durable (fsync on) and allows logical replication only. It keeps running when this
 * JVM ends, so the caller that started it must close it. A crashed server recovers at its next
 * start.
 *
 * <p>Thread-safe. Starting fails with a {@link StackException}.
 */
public final class PostgresServer implements AutoCloseable {

  /** The only superuser. */
  public static final String ADMIN = "postgres";

  /** The first version of PostgreSQL whose slots can follow to a standby. */
  private static final int FAILOVER_SINCE = 17;

  private static final String HOST = "127.0.0.1";
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  private final PostgresSettings settings;
  private final Passwords passwords;
  private final ProcessId process;

  private PostgresServer(PostgresSettings settings, ProcessId process) {
    this.settings = settings;
    this.passwords = new Passwords(settings.passwords());
    this.process = process;
  }

  /**
   * Returns when the server accepts connections; the first start creates the cluster. The system
   * property {@code onceward.postgres} names the version of the server, such as {@code 15}; without
   * it, it is the newest of those whose binaries are on the class path.
   */
  public static PostgresServer start(PostgresSettings settings) {
    return start(settings, PostgresBinaries.chosen());
  }

  /** The same, of that version whatever the property says. */
  public static PostgresServer start(PostgresSettings settings, int major) {
    return start(settings, PostgresBinaries.of(Integer.toString(major)));
  }

  private static PostgresServer start(PostgresSettings settings, PostgresBinaries binaries) {
    Passwords passwords = new Passwords(settings.passwords());
    String password = ClusterDirectory.prepare(settings, passwords);
    long logStart = LogTail.end(settings.log());
    try {
      Files.createDirectories(settings.log().toAbsolutePath().getParent());
      PostgresLaunch.start(settings, binaries, password);
      PostgresServer server = new PostgresServer(settings, postmaster(settings.dataDirectory()));
      if (!ClusterDirectory.isInitialised(settings.dataDirectory())) {
        server.rehashAdminPassword();
        ClusterDirectory.markInitialised(settings.dataDirectory());
      }
      return server;
    } catch (IOException | SQLException | RuntimeException e) {
      throw new StackException(
          "PostgreSQL did not start on port %d: %s%s"
              .formatted(
                  settings.port(), e.getMessage(), LogTail.describe(settings.log(), logStart)),
          e);
    }
  }

  /** Hashes the administrator's password less often: initdb has used the server's default. */
  private void rehashAdminPassword() throws SQLException {
    try (Connection admin = connect(ADMIN)) {
      new DatabaseCreation(admin, passwords).setPassword(ADMIN);
    }
  }

  /** The process of the server on this data directory, ready or not, whoever started it. */
  public static Optional<ProcessId> find(PostgresSettings settings) {
    return Postmaster.of(settings.dataDirectory());
  }

  /** The server that another JVM started with these settings as that process. */
  public static PostgresServer attach(PostgresSettings settings, ProcessId process) {
    return new PostgresServer(settings, process);
  }

  /**
   * Creates the database and the roles unless they exist. Only these roles may connect to it. One
   * at a time: roles belong to the whole server.
   *
   * @param owner may create schemas, tables and publications in it
   */
  public synchronized void createDatabase(String name, Role owner, Role... others) {
    List<Role> roles = Stream.concat(Stream.of(owner), Stream.of(others)).toList();
    try (Connection admin = connect(ADMIN)) {
      DatabaseCreation creation = new DatabaseCreation(admin, passwords);
      creation.closeSharedDatabases();
      for (Role role : roles) {
        creation.role(role);
      }
      creation.database(name, owner);
      for (Role role : roles) {
        creation.allowConnecting(name, role);
      }
    } catch (SQLException e) {
      throw new StackException("Cannot create database " + name + ": " + e.getMessage(), e);
    }
  }

  /** Whether there is a database of that name. */
  public boolean hasDatabase(String name) {
    try (Connection admin = connect(ADMIN);
        PreparedStatement select =
            admin.prepareStatement("select from pg_database where datname = ?")) {
      select.setString(1, name);
      return select.executeQuery().next();
    } catch (SQLException e) {
      throw new StackException("Cannot look for database " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Creates the slot of an outbox that does not exist yet, so that its owner needs no right to
   * replicate. A slot that is missing later stays missing: what was written without it would be
   * passed over in silence, and the relay reports it. The slot follows to standbys, should there
   * ever be one, where the server can do that (from PostgreSQL 17 on).
   */
  public void createSlot(String database, String slot) {
    try (Connection admin = connect(database);
        PreparedStatement create =
            admin.prepareStatement(
                """
                select pg_create_logical_replication_slot(?, 'pgoutput'%s)
                where to_regclass('outbox') is null
                  and not exists (select from pg_replication_slots where slot_name = ?)
                """
                    .formatted(
                        admin.getMetaData().getDatabaseMajorVersion() >= FAILOVER_SINCE
                            ? ", failover => true"
                            : ""))) {
      create.setString(1, slot);
      create.setString(2, slot);
      create.execute();
    } catch (SQLException e) {
      throw new StackException("Cannot create slot " + slot + ": " + e.getMessage(), e);
    }
  }

  /** A new connection as {@link #ADMIN}. */
  public Connection connect(String database) throws SQLException {
    return connect(database, ADMIN);
  }

  /** A new connection as one of the created roles. */
  public Connection connect(String database, String role) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl(database));
    return source.getConnection(role, password(role));
  }

  public String jdbcUrl(String database) {
    return "jdbc:postgresql://" + HOST + ":" + settings.port() + "/" + database;
  }

  /**
   * The generated password of a role.
   *
   * @throws StackException when no such role was created
   */
  public String password(String role) {
    return passwords
        .find(role)
        .orElseThrow(() -> new StackException("No password is known for role " + role + "."));
  }

  public String host() {
    return HOST;
  }

  public int port() {
    return settings.port();
  }

  public String adminUser() {
    return ADMIN;
  }

  public String adminPassword() {
    return password(ADMIN);
  }

  /**
   * Sends one query to the server, as {@link #ADMIN}.
   *
   * @param limit how long to wait for the answer, in whole seconds
   */
  public Condition condition(Duration limit) {
    if (!process.isAlive()) {
      return Condition.ENDED;
    }
    int seconds = Math.toIntExact(limit.toSeconds());
    long start = System.nanoTime();
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl(ADMIN));
    source.setLoginTimeout(seconds);
    source.setConnectTimeout(seconds);
    source.setSocketTimeout(seconds);
    try (Connection connection = source.getConnection(ADMIN, adminPassword())) {
      return connection.isValid(seconds) ? Condition.READY : Condition.SILENT;
    } catch (SQLException refused) {
      return System.nanoTime() - start < limit.toNanos() ? Condition.NOT_READY : Condition.SILENT;
    }
  }

  /** The postmaster. */
  public ProcessId process() {
    return process;
  }

  /** Fast shutdown: open transactions roll back, clients are disconnected. May be called twice. */
  @Override
  public void close() {
    // SIGINT requests a fast shutdown, SIGQUIT an immediate one with recovery at the next start.
    process.end(STOP_PATIENCE, Signal.INT, Signal.QUIT, Signal.KILL);
  }

  private static ProcessId postmaster(Path dataDirectory) throws IOException {
    return Postmaster.of(dataDirectory)
        .orElseThrow(() -> new IOException("it ended right after its start"));
  }
}
