package onceward.cli.stack;

import java.nio.file.Path;
import java.util.Optional;
import onceward.localstack.Commands;
import onceward.localstack.ProjectRoot;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which stack: the option that every command takes. */
public final class HomeOption {

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Where data, logs and secrets are kept (default: .onceward in the project).")
  private @Nullable Path given;

  /** The commands that a user gives about that stack. */
  public Commands commands() {
    return Commands.of(path());
  }

  /** The given directory, or the project's own. */
  public Path path() {
    return Optional.ofNullable(given).orElseGet(() -> Commands.usualHome(ProjectRoot.require()));
  }
}
