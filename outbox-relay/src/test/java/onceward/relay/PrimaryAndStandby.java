package onceward.relay;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardOpenOption.APPEND;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.localstack.process.Ports;
import onceward.localstack.process.Signal;

/**
 * A primary and a standby on two ports of this machine. A promotion makes the standby the primary,
 * and frees the port of the other for the next standby.
 *
 * <p>A standby is made by a copy of the primary's files, streams by a slot of its own, and
 * synchronizes the slots of the primary that follow.
 */
final class PrimaryAndStandby implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** The physical slot by which the standby streams. */
  private static final String STANDBY_SLOT = "standby";

  /** What belongs to the server that is copied, and not to its copy. */
  private static final Set<String> OWN = Set.of("postmaster.pid", "postmaster.opts");

  /** Directories whose content belongs to that server. */
  private static final Set<String> OWN_CONTENT = Set.of("pg_replslot", "pg_stat_tmp");

  private final Path directory;
  private final int[] ports = {Ports.free(), Ports.free()};
  private int made;
  private PostgresSettings primarySettings;
  private PostgresServer primary;
  private PostgresSettings standbySettings;
  private PostgresServer standby;

  /** Starts a primary that has no standby yet. */
  PrimaryAndStandby(Path directory) throws Exception {
    this.directory = directory;
    primarySettings = settings(ports[0]);
    primary = start(primarySettings);
    standbySettings = primarySettings;
    standby = primary;
  }

  private PostgresSettings settings(int port) {
    var own = directory.resolve("server-" + ++made);
    return new PostgresSettings(
        own.resolve("postgres"),
        directory.resolve("passwords.properties"),
        own.resolve("postgres.log"),
        port);
  }

  private static PostgresServer start(PostgresSettings settings) throws Exception {
    var server = PostgresServer.start(settings);
    // By default nobody may stream the whole log.
    Files.writeString(
        settings.dataDirectory().resolveSibling("pg_hba.conf"),
        "host replication postgres 127.0.0.1/32 scram-sha-256\n",
        APPEND);
    run(server, "select pg_reload_conf()");
    return server;
  }

  /** What the relay's setting {@code host} names. */
  String hosts() {
    return "127.0.0.1:%d, 127.0.0.1:%d".formatted(ports[0], ports[1]);
  }

  PostgresServer primary() {
    return primary;
  }

  PostgresServer standby() {
    return standby;
  }

  /** Returns when the standby streams. */
  void addStandby() throws Exception {
    run(primary, "select pg_create_physical_replication_slot('%s', true)".formatted(STANDBY_SLOT));
    standbySettings = settings(primary.port() == ports[0] ? ports[1] : ports[0]);
    try (var connection = primary.connect("postgres")) {
      run(connection, "select pg_backup_start('standby', true)");
      copy(primarySettings.dataDirectory(), standbySettings.dataDirectory());
      Files.writeString(
          standbySettings.dataDirectory().resolve("backup_label"),
          ask(connection, "select labelfile from pg_backup_stop(false)"));
    }
    Files.createFile(standbySettings.dataDirectory().resolve("standby.signal"));
    Files.writeString(
        standbySettings.dataDirectory().resolve("postgresql.auto.conf"),
        """
        primary_conninfo = 'host=127.0.0.1 port=%d user=postgres password=%s dbname=postgres'
        primary_slot_name = '%s'
        hot_standby_feedback = on
        sync_replication_slots = on
        wal_receiver_status_interval = 1s
        """
            .formatted(primary.port(), primary.adminPassword(), STANDBY_SLOT));
    standby = start(standbySettings);
    await()
        .atMost(LIMIT)
        .until(() -> ask(standby, "select count(*) from pg_stat_wal_receiver").equals("1"));
  }

  /** From now on slots that follow send nothing that the standby lacks. */
  void haveStandbyFirst() throws SQLException {
    run(primary, "alter system set synchronized_standby_slots = '%s'".formatted(STANDBY_SLOT));
    run(primary, "select pg_reload_conf()");
  }

  /** Returns when a slot has followed, so that a promotion keeps it. */
  void awaitFollowed(String slot) {
    await()
        .atMost(LIMIT)
        .until(() ->
            ask(
                    standby,
                    "select count(*) from pg_replication_slots where slot_name = '%s' and synced and not temporary"
                        .formatted(slot))
                .equals("1"));
  }

  /** From now on the standby gets nothing any more. */
  void cutStandbyOff() throws SQLException {
    run(standby, "alter system set primary_conninfo = ''");
    run(standby, "select pg_reload_conf()");
    await()
        .atMost(LIMIT)
        .until(() -> ask(standby, "select count(*) from pg_stat_wal_receiver").equals("0"));
  }

  /** SIGKILL of the primary and all its processes. */
  void killPrimary() {
    kill(primarySettings);
  }

  private static void kill(PostgresSettings settings) {
    PostgresServer.find(settings)
        .ifPresent(process -> {
          process.tree().forEach(ProcessHandle::destroyForcibly);
          process.awaitGone(LIMIT);
        });
  }

  /** The standby is the primary when this returns. There is no standby then. */
  void promote() throws SQLException {
    run(standby, "select pg_promote()");
    primarySettings = standbySettings;
    primary = standby;
  }

  /** Starts a server of these settings again, as it is. */
  PostgresServer startAgain(PostgresSettings settings) throws Exception {
    return start(settings);
  }

  /** The primary ends, begins as a standby of nobody, and is promoted. */
  void promoteInPlace() throws Exception {
    primary.close();
    Files.createFile(primarySettings.dataDirectory().resolve("standby.signal"));
    primary = start(primarySettings);
    run(primary, "select pg_promote()");
  }

  PostgresSettings primarySettings() {
    return primarySettings;
  }

  private static void run(PostgresServer server, String statement) throws SQLException {
    try (var connection = server.connect("postgres")) {
      run(connection, statement);
    }
  }

  private static void run(Connection connection, String statement) throws SQLException {
    try (var sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  private static String ask(PostgresServer server, String query) throws SQLException {
    try (var connection = server.connect("postgres")) {
      return ask(connection, query);
    }
  }

  private static String ask(Connection connection, String query) throws SQLException {
    try (var sql = connection.createStatement();
        var row = sql.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Of a server that writes meanwhile, so files may be gone before they are read. */
  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path one, BasicFileAttributes about)
              throws IOException {
            Files.copy(one, to.resolve(from.relativize(one)), COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path one, BasicFileAttributes about) throws IOException {
            if (!isOwn(from.relativize(one))) {
              copyIfThere(one, to.resolve(from.relativize(one)));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path one, IOException why) throws IOException {
            if (why instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw why;
          }
        });
    // A slot is a directory.
    try (var slots = Files.list(to.resolve("pg_replslot"))) {
      slots.forEach(PrimaryAndStandby::deleteEmpty);
    }
  }

  private static boolean isOwn(Path file) {
    return OWN.contains(file.toString()) || OWN_CONTENT.contains(file.getName(0).toString());
  }

  private static void copyIfThere(Path from, Path to) throws IOException {
    try {
      Files.copy(from, to, COPY_ATTRIBUTES);
    } catch (NoSuchFileException gone) {
      // Its end is in the log that the standby reads.
    }
  }

  private static void deleteEmpty(Path directory) {
    try {
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (var number = 1; number <= made; number++) {
      var data = directory.resolve("server-" + number).resolve("postgres");
      PostgresServer.find(new PostgresSettings(data, directory, directory, primarySettings.port()))
          .ifPresent(process -> process.end(LIMIT, Signal.QUIT, Signal.KILL));
    }
  }
}
