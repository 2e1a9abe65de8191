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

  /** A pid that no system gives to a process: PostgreSQL requires a number here. */
  private static final String NOBODY = Integer.toString(Integer.MAX_VALUE);

  /**
   * The server process. Empty when the file is missing, was left by a dead server, or does not
   * contain the pid of a starting server yet.
   */
  static Optional<ProcessId> of(Path dataDirectory) {
    try {
      return lines(dataDirectory).stream()
          .findFirst()
          .map(line -> Long.parseLong(line.trim()))
          .flatMap(ProcessId::find)
          .filter(process -> serves(process, dataDirectory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Allows the start of a dead server whose pid exists again. PostgreSQL would mistake a zombie, as
   * in a container without an init process, or another program with that pid for a running server.
   * The other lines stay: by them PostgreSQL sees whether children of the dead server still run.
   */
  static void disownDead(Path dataDirectory) throws IOException {
    List<String> lines = new ArrayList<>(lines(dataDirectory));
    if (!lines.isEmpty() && of(dataDirectory).isEmpty()) {
      lines.set(0, NOBODY);
      Files.write(file(dataDirectory), lines);
    }
  }

  /**
   * The lines of the file; none without a file, because a server that ends may delete it any time.
   */
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

  /** After a crash, another program may have the pid, or the server of another directory. */
  private static boolean serves(ProcessId process, Path dataDirectory) {
    return process.tree().stream()
        .findFirst()
        .map(ProcessHandle::info)
        .filter(info -> info.command().filter(command -> command.endsWith("postgres")).isPresent())
        .flatMap(Postmaster::directory)
        .filter(directory -> isSame(directory, dataDirectory))
        .isPresent();
  }

  /** The directory in the command line. Only the server process has one, not its children. */
  private static Optional<Path> directory(ProcessHandle.Info info) {
    List<String> arguments = info.arguments().map(List::of).orElse(List.of());
    int option = arguments.indexOf("-D");
    return option < 0
        ? Optional.empty()
        : arguments.stream().skip(option + 1L).findFirst().map(Path::of);
  }

  private static boolean isSame(Path directory, Path other) {
    try {
      return Files.isSameFile(directory, other);
    } catch (IOException gone) {
      return false;
    }
  }
}
