package onceward.messaging.start;

import io.micronaut.core.value.PropertyResolver;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import onceward.management.ManagementSettings;
import onceward.start.ProgramStart;
import onceward.start.StartFault;

/**
 * Starts a service with an outbox and an inbox, as {@link ProgramStart} starts a program; or, with
 * the argument {@code migrate}, only brings its database to this version. The two steps have
 * different credentials: a running service has none that could change a table's definition.
 *
 * <p>Exit code 2: a setting is missing or not allowed, or the Kafka client is too old. Exit code 3:
 * the database cannot be connected to or lacks migrations, or a port is taken.
 *
 * @param service the name that begins each line
 * @param settings what is checked besides the settings that every such service has
 */
public record ServiceStart(String service, Class<?> mainClass, List<Setting> settings) {

  /** The first argument of the step that migrates. */
  public static final String MIGRATE = "migrate";

  private static final Database RUNTIME =
      new Database(
          "datasources.default.url",
          "datasources.default.username",
          "datasources.default.password");

  /**
   * Returns once the service runs or its database is migrated, and otherwise ends the JVM.
   *
   * @param arguments {@code migrate} or nothing, and properties as {@code -name=value}, which
   *     override the files
   */
  public void run(String... arguments) {
    var start = new ProgramStart(service, mainClass, this::firstFault);
    if (arguments.length > 0 && arguments[0].equals(MIGRATE)) {
      start.runOnly(this::migrate, Arrays.copyOfRange(arguments, 1, arguments.length));
    } else {
      start.run(arguments);
    }
  }

  Optional<StartFault> firstFault(PropertyResolver properties) {
    return KafkaClient.fault()
        .or(() -> Migrations.heldByService(properties))
        .or(() -> firstFault(allSettings(), properties))
        .or(() -> ManagementSettings.firstFault(properties))
        .map(StartFault::setting)
        .or(() -> RUNTIME.fault(properties).map(StartFault::unreachable))
        .or(() -> migrations(RUNTIME, properties).missing().map(StartFault::unreachable));
  }

  private Optional<StartFault> migrate(PropertyResolver properties) {
    var migrator = Migrations.MIGRATOR;
    return firstFault(migrator.settings(), properties)
        .map(StartFault::setting)
        .or(() -> migrator.fault(properties).map(StartFault::unreachable))
        .or(() -> migrations(migrator, properties).run().map(StartFault::unreachable));
  }

  private Migrations migrations(Database as, PropertyResolver properties) {
    return new Migrations(service, as, properties);
  }

  private static Optional<String> firstFault(List<Setting> settings, PropertyResolver properties) {
    return settings.stream().flatMap(setting -> setting.fault(properties).stream()).findFirst();
  }

  private List<Setting> allSettings() {
    return Stream.of(RUNTIME.settings(), MessagingSettings.ALL, settings)
        .flatMap(List::stream)
        .toList();
  }
}
