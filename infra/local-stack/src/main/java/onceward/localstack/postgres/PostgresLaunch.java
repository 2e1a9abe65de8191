package onceward.localstack.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import onceward.localstack.process.PrivateFiles;
import onceward.localstack.process.UserCache;

/** Translates the settings for the library with the PostgreSQL binaries. */
final class PostgresLaunch {

  /** Crash recovery after a long run takes a while. */
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private static final String LIBRARY_LOCK = "epg-lock";

  private static final Map<String, String> SERVER =
      Map.ofEntries(
          Map.entry("listen_addresses", "127.0.0.1"),
          Map.entry("unix_socket_directories", ""),
          Map.entry("max_connections", "100"),
          Map.entry("shared_buffers", "64MB"),
          // The library turns durability off for speed; a stack must lose nothing when it is
          // killed.
          Map.entry("fsync", "on"),
          Map.entry("synchronous_commit", "on"),
          Map.entry("wal_level", "logical"),
          Map.entry("max_replication_slots", "10"),
          Map.entry("max_wal_senders", "10"),
          Map.entry("max_slot_wal_keep_size", "1GB"),
          Map.entry("wal_sender_timeout", "15s"),
          Map.entry("track_commit_timestamp", "on"));

  /** The first version that has locales of its own, beside those of the operating system. */
  private static final int HAS_LOCALES = 17;

  /** The first version whose binaries here know {@code output_plugin_libraries}. */
  private static final int LIMITS_PLUGINS = 18;

  /**
   * Who may connect. The word "all" does not stand for physical replication, and no line names
   * that: nobody may copy the cluster or read its whole log by such a connection.
   */
  private static final String HBA =
      """
      # TYPE  DATABASE  USER  ADDRESS       METHOD
      host    all       all   127.0.0.1/32  scram-sha-256
      """;

  private PostgresLaunch() {}

  static void start(PostgresSettings settings, PostgresBinaries binaries, String password)
      throws IOException {
    Postmaster.disownDead(settings.dataDirectory());
    Path passwordFile = settings.dataDirectory().resolveSibling("admin-password.tmp");
    PrivateFiles.write(passwordFile, password);
    PrivateFiles.write(hba(settings), HBA);
    try {
      builder(settings, binaries, password, passwordFile).start();
    } finally {
      Files.delete(passwordFile);
      // The library locks this file until the JVM ends, but another JVM may have to start a dead
      // server again. PostgreSQL itself prevents two servers on one directory.
      Files.deleteIfExists(settings.dataDirectory().resolve(LIBRARY_LOCK));
    }
  }

  private static EmbeddedPostgres.Builder builder(
      PostgresSettings settings, PostgresBinaries binaries, String password, Path passwordFile) {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setPgBinaryResolver(binaries.resolver())
            .setOverrideWorkingDirectory(UserCache.directory("postgres").toFile())
            .setDataDirectory(settings.dataDirectory())
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPort(settings.port())
            .setPGStartupWait(START_LIMIT)
            .setConnectConfig("password", password)
            .setOutputRedirector(Redirect.appendTo(settings.log().toFile()));
    parameters(settings, binaries)
        .forEach((name, value) -> builder.setServerConfig(name, quoted(value)));
    initialCluster(passwordFile).forEach(builder::setLocaleConfig);
    locale(binaries).forEach(builder::setLocaleConfig);
    return builder;
  }

  private static Map<String, String> parameters(
      PostgresSettings settings, PostgresBinaries binaries) {
    Map<String, String> all = new HashMap<>(SERVER);
    all.putAll(settings.parameters());
    if (binaries.major() >= LIMITS_PLUGINS) {
      all.put("output_plugin_libraries", "pgoutput");
    }
    all.put("hba_file", hba(settings).toString());
    return all;
  }

  /** The library hands the parameters to pg_ctl, which hands them to a shell. */
  private static String quoted(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }

  /** Not the file in the data directory: initdb writes that one, with lines for replication. */
  private static Path hba(PostgresSettings settings) {
    return settings.dataDirectory().toAbsolutePath().resolveSibling("pg_hba.conf");
  }

  /** Passed to initdb as {@code --key=value}, so not only locales: no role is ever trusted. */
  private static Map<String, String> initialCluster(Path passwordFile) {
    return Map.of(
        "pwfile", passwordFile.toString(),
        "auth-host", "scram-sha-256",
        "auth-local", "scram-sha-256");
  }

  /** Texts are in the order of their code points, and all letters have an upper case. */
  private static Map<String, String> locale(PostgresBinaries binaries) {
    return binaries.major() < HAS_LOCALES
        ? Map.of("locale", "C.UTF-8")
        : Map.of("locale", "C", "locale-provider", "builtin", "builtin-locale", "C.UTF-8");
  }
}
