package onceward.endtoend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import onceward.localstack.process.JavaCommand;

/** The command line, as a user would type it, on the running system. */
final class CommandLine {

  /** What it printed, and how it ended. */
  record Result(int exitCode, String output) {}

  private CommandLine() {}

  static Result run(String... arguments) throws IOException, InterruptedException {
    var process = start(arguments);
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  /** A command that goes on until it is stopped. */
  static Process start(String... arguments) throws IOException {
    var root = Path.of(System.getProperty("onceward.root", "../.."));
    var home = RunningSystem.stack().home();
    var command =
        new ArrayList<>(
            JavaCommand.withHeap(256)
                // The second and every later command of this JVM starts in half the time.
                .classArchive(home.resolve("cli.jsa"))
                .jar(root.resolve("infra/cli/target/cli.jar")));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--home", home.toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
