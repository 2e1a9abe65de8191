package onceward.localstack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import onceward.localstack.process.StackException;

/** The project's directory: set by the launch script, or found above the working directory. */
public final class ProjectRoot {

  private ProjectRoot() {}

  /**
   * The directory.
   *
   * @throws StackException outside the project
   */
  public static Path require() {
    return find()
        .orElseThrow(() ->
            new StackException(
                "This directory is not in the project: run infra/onceward from a directory of the project."));
  }

  static Optional<Path> find() {
    return Optional.ofNullable(System.getProperty("onceward.root"))
        .map(Path::of)
        .or(ProjectRoot::above)
        .map(root -> root.toAbsolutePath().normalize());
  }

  private static Optional<Path> above() {
    return Stream.iterate(Path.of("").toAbsolutePath(), dir -> dir != null, Path::getParent)
        .filter(directory -> Files.exists(directory.resolve("infra").resolve("onceward")))
        .findFirst();
  }
}
