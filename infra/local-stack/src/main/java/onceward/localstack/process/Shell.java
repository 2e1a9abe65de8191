package onceward.localstack.process;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Runs one short shell command, where Java has no method. */
final class Shell {

  private static final long LIMIT_S = 10;

  private Shell() {}

  /** Ignores the outcome: a signal to a process that has just ended is no error. */
  static void run(String command) {
    try {
      Process shell =
          new ProcessBuilder("/bin/sh", "-c", command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!shell.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
        shell.destroyForcibly();
      }
    } catch (IOException e) {
      throw new StackException("Cannot run /bin/sh: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
