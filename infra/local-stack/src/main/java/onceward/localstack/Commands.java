package onceward.localstack;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Commands, ready to paste: those of {@code infra/onceward} with {@code --home} if the stack is not
 * in the project's own home, those of {@code psql} with the administrator's login. Immutable and
 * thread-safe.
 */
public final class Commands {

  private static final String SCRIPT = "infra/onceward ";

  /** A command with its subcommand, which takes the options. */
  private static final Pattern COMMAND =
      Pattern.compile(
          SCRIPT + "((relay|dlq|topic|republish|replay|messaging) )?+[a-z]++(?! --home)");

  private static final Pattern PLAIN = Pattern.compile("[\\w./@%+=:,-]+");

  private static final Pattern PSQL = Pattern.compile("psql ((-1 )?-h )");

  private final String option;
  private final String login;

  private Commands(String option, String login) {
    this.option = option;
    this.login = login;
  }

  /** For the stack in that home. */
  public static Commands of(Path home) {
    Path absolute = home.toAbsolutePath().normalize();
    boolean usual = ProjectRoot.find().filter(root -> usualHome(root).equals(absolute)).isPresent();
    return new Commands(
        usual ? "" : " --home " + quoted(absolute.toString()),
        "PGPASSWORD=\"$(sed -n 's/^postgres=//p' %s)\" psql -U postgres "
            .formatted(quoted(new StackHome(absolute).passwords().toString())));
  }

  /** Where the stack of a project lives unless another home is chosen. */
  public static Path usualHome(Path root) {
    return root.resolve(".onceward");
  }

  /**
   * One command.
   *
   * @param command without the script, such as {@code up} or {@code relay status}
   */
  public String of(String command) {
    return SCRIPT + command + option;
  }

  /** A text, such as a program's remedy, with each command in it completed. */
  public String complete(String text) {
    String completed =
        COMMAND.matcher(text).replaceAll(found -> Matcher.quoteReplacement(found.group() + option));
    return PSQL.matcher(completed)
        .replaceAll(found -> Matcher.quoteReplacement(login + found.group(1)));
  }

  private static String quoted(String path) {
    return PLAIN.matcher(path).matches() ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
