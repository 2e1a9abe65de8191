package onceward.cli.program;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Numbers that an option takes. */
public final class Range {

  private Range() {}

  /**
   * Refuses a number that is not between the two.
   *
   * @throws ParameterException with the option, the number and what is allowed
   */
  public static void require(
      CommandSpec command, String option, long value, long lowest, long highest) {
    if (value < lowest || value > highest) {
      throw new ParameterException(
          command.commandLine(),
          "%s is %d; allowed are %d to %d".formatted(option, value, lowest, highest));
    }
  }
}
