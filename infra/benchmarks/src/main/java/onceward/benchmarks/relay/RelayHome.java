package onceward.benchmarks.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import onceward.localstack.LoneProgram;
import onceward.localstack.process.Trees;
import onceward.messaging.testkit.TestServers;

/**
 * Where relays run, one after the other, each a process of its own. Closing, and the end of this
 * JVM, end what runs and remove what it wrote.
 */
final class RelayHome implements AutoCloseable {

  private final RelayOptions options;
  private final Path directory = temporaryDirectory();
  private final Thread end = new Thread(this::close, "end relay");
  private boolean ended;
  private Runnable stopLast = () -> {};

  private RelayHome(RelayOptions options) {
    this.options = options;
  }

  static RelayHome create(RelayOptions options) {
    var home = new RelayHome(options);
    Runtime.getRuntime().addShutdownHook(home.end);
    return home;
  }

  /** Starts one that publishes from this database; returns as soon as it is a process. */
  synchronized RelayProcess start(OutboxDatabase database, String capture) {
    if (ended) {
      throw new IllegalStateException("no relay is started any more: the benchmark is ending");
    }
    var program =
        LoneProgram.start(
            "outbox-relay",
            Path.of(System.getProperty("onceward.root", ".")).toAbsolutePath(),
            directory,
            options.heapMb(),
            options.properties(database, TestServers.kafka().bootstrapServers(), capture));
    stopLast = program::stop;
    return new RelayProcess(program);
  }

  @Override
  public synchronized void close() {
    if (!ended) {
      ended = true;
      stopLast.run();
      Trees.delete(directory);
    }
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("onceward-bench-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
