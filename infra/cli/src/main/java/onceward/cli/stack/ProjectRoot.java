package onceward.cli.stack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import onceward.localstack.process.StackException;

/** The project's directory: told by the launch script, or found above the working directory. */
public final class ProjectRoot {

  private ProjectRoot() {}

  public static Path find() {
    return Optional.ofNullable(System.getProperty("onceward.root"))
        .map(Path::of)
        .or(ProjectRoot::above)
        .orElseThrow(
            () -> new StackException("Not inside the project: run infra/onceward of the project."));
  }

  private static Optional<Path> above() {
    return Stream.iterate(Path.of("").toAbsolutePath(), dir -> dir != null, Path::getParent)
        .filter(directory -> Files.exists(directory.resolve("infra").resolve("onceward")))
        .findFirst();
  }
}
