package onceward.benchmarks.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.localstack.process.Trees;
import onceward.messaging.testkit.servers.TestPostgres;

/**
 * A PostgreSQL server that keeps its log for a slot, however large a backlog is. The one that tests
 * share invalidates a slot at 1 GB of log; its command line sets that limit, so {@code alter
 * system} does not change it. Started at first use, ended with this JVM.
 */
final class BacklogServer {

  private static final TestPostgres STARTED = start();

  private BacklogServer() {}

  static TestPostgres postgres() {
    return STARTED;
  }

  private static TestPostgres start() {
    try {
      var directory = Files.createTempDirectory("onceward-backlog-");
      var server =
          PostgresServer.start(
              PostgresSettings.in(directory).with(Map.of("max_slot_wal_keep_size", "-1")));
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    server.close();
                    Trees.delete(directory);
                  },
                  "end backlog server"));
      return TestPostgres.of(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
