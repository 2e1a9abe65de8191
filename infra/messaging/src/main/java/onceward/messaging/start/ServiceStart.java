package onceward.messaging.start;

import io.micronaut.core.value.PropertyResolver;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.runtime.Micronaut;
import io.micronaut.runtime.exceptions.ApplicationStartupException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts a service with an outbox and an inbox. A fault that an operator can mend is one line on
 * standard error. Exit code 2: a setting is missing or not allowed, or the Kafka client is too old.
 * Exit code 3: the database cannot be connected to, or a port is taken.
 *
 * @param service the name that begins each line
 * @param settings what is checked besides those that every such service has
 */
public record ServiceStart(String service, Class<?> mainClass, List<Setting> settings) {

  private static final int UNFORESEEN = 1;
  private static final int USAGE = 2;
  private static final int UNREACHABLE = 3;

  private static final List<Database> DATABASES =
      List.of(
          new Database(
              "datasources.default.url",
              "datasources.default.username",
              "datasources.default.password"),
          new Database(
              "flyway.datasources.migrator.url",
              "flyway.datasources.migrator.user",
              "flyway.datasources.migrator.password"));

  /** What keeps the service from starting. */
  record Fault(int exitCode, String line) {}

  /**
   * Returns once the service runs, and otherwise ends the JVM.
   *
   * @param arguments properties as {@code -name=value}; they override the files
   */
  public void run(String... arguments) {
    firstFault(arguments).ifPresent(this::exit);
    try {
      Micronaut.build(arguments)
          .mainClass(mainClass)
          .banner(false)
          // 0 has the framework throw instead of printing a stack trace.
          .mapError(ServerStartupException.class, failure -> 0)
          .mapError(ApplicationStartupException.class, failure -> 0)
          .start();
    } catch (ApplicationStartupException failure) {
      portTaken(failure).ifPresent(this::exit);
      failure.printStackTrace();
      System.exit(UNFORESEEN);
    }
  }

  Optional<Fault> firstFault(PropertyResolver properties) {
    return KafkaClient.fault()
        .or(() ->
            allSettings().stream()
                .flatMap(setting -> setting.fault(properties).stream())
                .findFirst())
        .map(line -> new Fault(USAGE, line))
        .or(() ->
            DATABASES.stream()
                .flatMap(database -> database.fault(properties).stream())
                .findFirst()
                .map(line -> new Fault(UNREACHABLE, line)));
  }

  // Reads the settings once before the beans do, which would wrap the fault in a stack trace.
  private Optional<Fault> firstFault(String... arguments) {
    try (var context = Micronaut.build(arguments).mainClass(mainClass).banner(false).build()) {
      return firstFault(context.getEnvironment().start());
    }
  }

  private List<Setting> allSettings() {
    var all = new ArrayList<Setting>();
    DATABASES.forEach(database -> all.addAll(database.settings()));
    all.addAll(MessagingSettings.ALL);
    all.addAll(settings);
    return all;
  }

  private static Optional<Fault> portTaken(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ServerStartupException
          && cause.getCause() instanceof BindException why) {
        return Optional.of(
            new Fault(
                UNREACHABLE,
                "%s (%s): end the process that listens there, or set micronaut.server.port"
                    .formatted(cause.getMessage(), why.getMessage())));
      }
    }
    return Optional.empty();
  }

  private void exit(Fault fault) {
    System.err.println(service + ": " + fault.line());
    System.exit(fault.exitCode());
  }
}
