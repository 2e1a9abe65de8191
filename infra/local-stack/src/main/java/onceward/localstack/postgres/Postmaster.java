package onceward.localstack.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import onceward.localstack.process.ProcessId;

/** The server process of a data directory, by the file in which PostgreSQL names it. */
final class Postmaster {

  private Postmaster() {}

  /** A pid, as PostgreSQL insists on, that no system gives. */
  private static final String NOBODY = Integer.toString(Integer.MAX_VALUE);

  /**
   * Empty when the file is missing, left by a server that is dead, or made a moment ago by one that
   * has not written its pid into it yet.
   */
  static Optional<ProcessId> of(Path dataDirectory) {
    try {
      return lines(dataDirectory).stream()
          .findFirst()
          .map(line -> Long.parseLong(line.trim()))
          .flatMap(ProcessId::find)
          .filter(Postmaster::isPostgres);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Lets a dead server be started again though its pid is one that answers: PostgreSQL takes a
   * zombie, as it stays in a container without an init process, and any program that got the pid
   * for a living server. The other lines stay, by which PostgreSQL sees whether children of the
   * dead one still run.
   */
  static void disownDead(Path dataDirectory) throws IOException {
    List<String> lines = new ArrayList<>(lines(dataDirectory));
    if (!lines.isEmpty() && of(dataDirectory).isEmpty()) {
      lines.set(0, NOBODY);
      Files.write(file(dataDirectory), lines);
    }
  }

  /** None when there is no file: a server that ends removes it, at any moment. */
  private static List<String> lines(Path dataDirectory) throws IOException {
    try {
      return Files.readAllLines(file(dataDirectory));
    } catch (NoSuchFileException nobodyServes) {
      return List.of();
    }
  }

  private static Path file(Path dataDirectory) {
    return dataDirectory.resolve("postmaster.pid");
  }

  /** After a crash, another program may have the pid. */
  private static boolean isPostgres(ProcessId process) {
    return process.tree().stream()
        .findFirst()
        .flatMap(handle -> handle.info().command())
        .filter(command -> command.endsWith("postgres"))
        .isPresent();
  }
}
