package onceward.cli.program;

import java.io.Console;
import java.util.Optional;

/** A line on standard error that says how far something is. */
public final class StatusLine {

  private static String shown = "";

  private StatusLine() {}

  /** Shows a line of its own, which stays. */
  public static synchronized void note(String line) {
    System.err.println(
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
            ? "\r\033[K" + line
            : line);
    System.err.flush();
  }

  /**
   * Shows the line. On a terminal it replaces the one before, unless that was the last one;
   * elsewhere a line that says the same as the one before is left out.
   */
  public static synchronized void show(String line, boolean isLast) {
    if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()) {
      System.err.print("\r\033[K" + line + (isLast ? "\n" : ""));
    } else if (!line.equals(shown)) {
      System.err.println(line);
    }
    shown = line;
    System.err.flush();
  }
}
