package onceward.benchmarks.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import onceward.localstack.process.Trees;

/**
 * Where relays run, one after the other, each a process of its own with a directory of its own.
 * Closing, and the end of this JVM, end what runs and remove what it wrote.
 */
final class RelayHome implements AutoCloseable {

  private final Path directory = temporaryDirectory();
  private final Thread end = new Thread(this::close, "end relay");
  private final boolean startsOnce;
  private final Set<String> startedOnce = new HashSet<>();
  private boolean ended;
  private Runnable stopLast = () -> {};

  private RelayHome(boolean startsOnce) {
    this.startsOnce = startsOnce;
  }

  /** A home where each relay runs once before it is measured, so that it has a class archive. */
  static RelayHome create() {
    return create(true);
  }

  /** A home where no relay runs more often than it is asked to, for what is not about speed. */
  static RelayHome cold() {
    return create(false);
  }

  private static RelayHome create(boolean startsOnce) {
    var home = new RelayHome(startsOnce);
    Runtime.getRuntime().addShutdownHook(home.end);
    return home;
  }

  /** Starts a relay that publishes from this database; returns as soon as it is a process. */
  synchronized RelayProcess start(Relay relay, OutboxDatabase database) {
    if (ended) {
      throw new IllegalStateException("no relay is started any more: the benchmark is ending");
    }
    var process = relay.start(database, directory.resolve(relay.name()));
    stopLast = process::stop;
    return process;
  }

  /** So that each start that is measured finds a class archive, also the first of a relay. */
  void startOnce(Relay relay, OutboxDatabase database) {
    if (startsOnce && startedOnce.add(relay.name())) {
      try (var process = start(relay, database)) {
        process.awaitReady();
      }
    }
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
