package onceward.start;

import io.micronaut.http.server.exceptions.ServerStartupException;
import java.net.BindException;
import java.util.Optional;

/**
 * What keeps a program from starting, when its operator can correct that. Immutable.
 *
 * @param exitCode the exit code of the program
 * @param sentence one line: what is wrong, and what to do
 */
public record StartFault(int exitCode, String sentence) {

  /** The exit code of a program that fails in a way that nobody foresaw. */
  public static final int UNFORESEEN = 1;

  private static final int USAGE = 2;
  private static final int UNREACHABLE = 3;

  /** A setting is missing or not allowed: exit code 2. */
  public static StartFault setting(String sentence) {
    return new StartFault(USAGE, sentence);
  }

  /** Something that the program needs is not there: exit code 3. */
  public static StartFault unreachable(String sentence) {
    return new StartFault(UNREACHABLE, sentence);
  }

  /** Names the port, if the HTTP server did not start because another process has its port. */
  public static Optional<StartFault> portTaken(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ServerStartupException
          && cause.getCause() instanceof BindException why) {
        return Optional.of(
            unreachable(
                "%s (%s): end the process that listens there, or set micronaut.server.port, or management.port if that is the one"
                    .formatted(cause.getMessage(), why.getMessage())));
      }
    }
    return Optional.empty();
  }
}
