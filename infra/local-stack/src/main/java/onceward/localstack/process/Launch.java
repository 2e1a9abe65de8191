package onceward.localstack.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The start of a child process. The child outlives this JVM and does not get a Ctrl-C of the
 * terminal, so that the starter decides in which order processes end. Its standard output and error
 * are appended to the log file.
 *
 * @param command the program and its arguments
 * @param environment variables added to this JVM's own
 * @param log created with its directory when missing
 */
public record Launch(List<String> command, Map<String, String> environment, Path log) {

  /** HotSpot keeps ignoring signals that are ignored at its start. */
  private static final List<String> DEAF_TO_TERMINAL =
      List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$0\" \"$@\"");

  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** Returns as soon as the process exists; a failed start shows as its early end. */
  public ProcessId start() {
    return ProcessId.of(startProcess().toHandle());
  }

  /** As {@link #start()}, for a caller that wants the exit code. */
  public Process startProcess() {
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      ProcessBuilder builder = new ProcessBuilder(fullCommand());
      builder.environment().putAll(environment);
      return builder
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw new StackException("Cannot start " + command.getFirst() + ": " + e.getMessage(), e);
    }
  }

  private List<String> fullCommand() {
    List<String> full = new ArrayList<>(DEAF_TO_TERMINAL);
    full.addAll(command);
    return full;
  }
}
