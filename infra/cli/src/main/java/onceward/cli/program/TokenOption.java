package onceward.cli.program;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The token for programs that do not belong to the local stack. A token itself is never an
 * argument: other users of the machine see those.
 */
public final class TokenOption {

  static final String VARIABLE = "ONCEWARD_TOKEN_FILE";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      defaultValue = "${env:" + VARIABLE + "}",
      description = {
        "With --url: the file with the token for the management port; by default the one",
        "that the environment variable " + VARIABLE + " names."
      })
  private @Nullable Path file;

  /** The file, if one is given. */
  public Optional<Path> file() {
    return Optional.ofNullable(file).filter(path -> !path.toString().isBlank());
  }
}
