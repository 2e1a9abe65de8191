package onceward.localstack;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.process.LogTail;
import onceward.localstack.process.PrivateFiles;
import onceward.localstack.process.PropertiesText;
import onceward.localstack.process.StackException;

/**
 * The step before a service starts: its program, run once as the owner of its tables, brings the
 * database to the version of the program. The owner's login is in a file that only this step reads.
 */
record Migrations(StackHome home, Path root, PostgresServer postgres) {

  private static final long LIMIT_S = 180;

  /**
   * Returns when the database of that service is migrated.
   *
   * @throws StackException with the last lines of its log when it cannot be
   */
  void run(ProgramName service) {
    String database = Databases.of(service).orElseThrow();
    PrivateFiles.write(home.migratorConfiguration(service), PropertiesText.of(settings(database)));
    Path log = home.log(service.text() + "-migrate");
    long logStart = LogTail.end(log);
    Process step = ProgramLaunch.migration(service, root, home).startProcess();
    if (!succeeds(step)) {
      throw new StackException(
          "The migrations of " + service.text() + " failed" + LogTail.describe(log, logStart));
    }
  }

  private Map<String, String> settings(String database) {
    String migrator = Databases.migrator(database);
    return Map.of(
        "flyway.datasources.migrator.url", postgres.jdbcUrl(database),
        "flyway.datasources.migrator.user", migrator,
        "flyway.datasources.migrator.password", postgres.password(migrator));
  }

  private static boolean succeeds(Process step) {
    try {
      return step.waitFor(LIMIT_S, TimeUnit.SECONDS) && step.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      step.destroyForcibly();
    }
  }
}
