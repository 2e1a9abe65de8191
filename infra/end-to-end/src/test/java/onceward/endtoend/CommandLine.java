package onceward.endtoend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line, as a user would type it, on the running system. */
final class CommandLine {

  /** What it printed, and how it ended. */
  record Result(int exitCode, String output) {}

  private CommandLine() {}

  static Result run(String... arguments) throws IOException, InterruptedException {
    var root = Path.of(System.getProperty("onceward.root", "../.."));
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", root.resolve("infra/cli/target/cli.jar").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--home", RunningSystem.stack().home().toString()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }
}
