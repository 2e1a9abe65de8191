package onceward.localstack.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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

  /** Empty when the file is missing, or left by a server that is dead. */
  static Optional<ProcessId> of(Path dataDirectory) {
    Path file = file(dataDirectory);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      String pid = Files.readAllLines(file).getFirst().trim();
      return ProcessId.find(Long.parseLong(pid)).filter(Postmaster::isPostgres);
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
    Path file = file(dataDirectory);
    if (Files.exists(file) && of(dataDirectory).isEmpty()) {
      List<String> lines = new ArrayList<>(Files.readAllLines(file));
      lines.set(0, NOBODY);
      Files.write(file, lines);
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
