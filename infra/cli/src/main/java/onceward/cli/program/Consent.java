package onceward.cli.program;

import java.io.Console;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The common part of commands that cannot be undone: they ask before they change anything. */
public final class Consent {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(names = "--dry-run", description = "Prints what the command would do, and does nothing.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Does not ask before the change.")
  private boolean yes;

  /**
   * Does the deed, after the user has agreed.
   *
   * @param what would be done: the rest of a sentence that begins with "Would"
   * @param question without its question mark
   * @return the exit code: the exit code of the deed; 0 after a dry run; 1 when the answer is no
   */
  public int obtain(String what, String question, Callable<Integer> deed) throws Exception {
    if (dryRun) {
      System.out.println("Would " + what + ".");
      return 0;
    }
    if (!yes && !isGiven(question)) {
      System.out.println("Nothing was done.");
      return 1;
    }
    return deed.call();
  }

  /** Whether the user asks only what would be done. */
  public boolean isDryRun() {
    return dryRun;
  }

  private boolean isGiven(String question) {
    var console =
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .orElseThrow(() ->
                new ParameterException(
                    command.commandLine(),
                    "there is no terminal to ask on; give --yes to do it without asking"));
    var answer = console.readLine("%s? [y/N] ", question);
    return answer != null && answer.strip().equalsIgnoreCase("y");
  }
}
