package onceward.relay;

import java.util.List;
import java.util.regex.Pattern;

/** A command for an administrator, as the relay prints one to be pasted into a shell. */
final class PsqlCommand {

  private static final Pattern STATEMENT = Pattern.compile(" -c \"((?:[^\"\\\\]|\\\\.)*)\"");

  private PsqlCommand() {}

  /** What the shell itself reads. */
  static String withoutStatements(String command) {
    return STATEMENT.matcher(command).replaceAll("");
  }

  /** The statements of the command, as a shell takes them out. */
  static List<String> statements(String command) {
    return STATEMENT
        .matcher(command)
        .results()
        .map(found -> found.group(1).replaceAll("\\\\(.)", "$1"))
        .toList();
  }
}
