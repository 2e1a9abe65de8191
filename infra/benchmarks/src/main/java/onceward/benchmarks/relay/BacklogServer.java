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
 * A PostgreSQL server that keeps its log for a slot, however large a backlog is: the one that tests
 * share takes the slot away at a gigabyte, and cannot be told otherwise once it runs. Started at
 * first use, ended with this JVM.
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
