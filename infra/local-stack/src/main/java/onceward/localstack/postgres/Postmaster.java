package onceward.localstack.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import onceward.localstack.process.ProcessId;

/** The server process of a data directory, by the file in which PostgreSQL names it. */
final class Postmaster {

  private Postmaster() {}

  /** Empty when the file is missing, or left by a server that is dead. */
  static Optional<ProcessId> of(Path dataDirectory) {
    Path file = dataDirectory.resolve("postmaster.pid");
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

  /** After a crash, another program may have the pid. */
  private static boolean isPostgres(ProcessId process) {
    return process.tree().stream()
        .findFirst()
        .flatMap(handle -> handle.info().command())
        .filter(command -> command.endsWith("postgres"))
        .isPresent();
  }
}
