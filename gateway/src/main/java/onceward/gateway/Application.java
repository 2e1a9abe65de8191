package onceward.gateway;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.Micronaut;
import java.util.Optional;

/** Starts the gateway. Exits with 2 and one line when a setting is missing or wrong. */
public final class Application {
  private static final int USAGE = 2;

  private Application() {}

  /**
   * Runs until the process is told to end.
   *
   * @param args settings as {@code -name=value}; they override the files
   */
  public static void main(String[] args) {
    Optional<String> fault = settingsFault(args);
    if (fault.isPresent()) {
      System.err.println("gateway: " + fault.get());
      System.exit(USAGE);
    }
    Micronaut.build(args).mainClass(Application.class).banner(false).start();
  }

  // Reads the settings once before the beans do, which would wrap the fault in a stack trace.
  private static Optional<String> settingsFault(String... args) {
    try (ApplicationContext context = Micronaut.build(args).banner(false).build()) {
      return Settings.firstFault(context.getEnvironment().start());
    }
  }
}
