package onceward.start;

import io.micronaut.core.value.PropertyResolver;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.runtime.Micronaut;
import io.micronaut.runtime.exceptions.ApplicationStartupException;
import java.util.Optional;
import java.util.function.Function;

/**
 * Starts a Micronaut program. A fault that its operator can correct ends the JVM with one line on
 * standard error and an exit code: 2 for a setting, 3 for a port that is taken. Any other failure
 * ends the JVM with a stack trace and 1.
 *
 * @param program the name at the beginning of the line
 * @param mainClass the program's main class
 * @param check the first fault of the program's settings; called before any bean reads them,
 *     because a bean would wrap the fault in a stack trace
 */
public record ProgramStart(
    String program, Class<?> mainClass, Function<PropertyResolver, Optional<StartFault>> check) {

  /**
   * Returns when the program runs; otherwise ends the JVM.
   *
   * @param arguments settings as {@code -name=value}; they override the files
   */
  public void run(String... arguments) {
    withSettings(check, arguments).ifPresent(this::end);
    try {
      Micronaut.build(arguments)
          .mainClass(mainClass)
          .banner(false)
          // 0 lets the framework throw the failure instead of printing its stack trace.
          .mapError(ServerStartupException.class, failure -> 0)
          .mapError(ApplicationStartupException.class, failure -> 0)
          .start();
    } catch (ApplicationStartupException failure) {
      StartFault.portTaken(failure).ifPresent(this::end);
      failure.printStackTrace();
      System.exit(StartFault.UNFORESEEN);
    }
  }

  /**
   * Does one thing with the program's settings instead of starting the program. Returns when it is
   * done; otherwise ends the JVM, as {@link #run} does.
   *
   * @param work returns the fault that prevented it; empty when it is done
   * @param arguments settings as {@code -name=value}; they override the files
   */
  public void runOnly(Function<PropertyResolver, Optional<StartFault>> work, String... arguments) {
    withSettings(work, arguments).ifPresent(this::end);
  }

  private Optional<StartFault> withSettings(
      Function<PropertyResolver, Optional<StartFault>> work, String... arguments) {
    try (var context = Micronaut.build(arguments).mainClass(mainClass).banner(false).build()) {
      return work.apply(context.getEnvironment().start());
    }
  }

  /** Prints the fault as one line on standard error, and ends the JVM. */
  public void end(StartFault fault) {
    System.err.println(program + ": " + fault.sentence());
    System.exit(fault.exitCode());
  }
}
