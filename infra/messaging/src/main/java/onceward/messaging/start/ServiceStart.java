package onceward.messaging.start;

import io.micronaut.core.value.PropertyResolver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import onceward.start.ProgramStart;
import onceward.start.StartFault;

/**
 * Starts a service with an outbox and an inbox, as {@link ProgramStart} starts a program. Exit code
 * 2: a setting is missing or not allowed, or the Kafka client is too old. Exit code 3: the database
 * cannot be connected to, or a port is taken.
 *
 * @param service the name that begins each line
 * @param settings what is checked besides the settings that every such service has
 */
public record ServiceStart(String service, Class<?> mainClass, List<Setting> settings) {

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

  /**
   * Returns once the service runs, and otherwise ends the JVM.
   *
   * @param arguments properties as {@code -name=value}; they override the files
   */
  public void run(String... arguments) {
    new ProgramStart(service, mainClass, this::firstFault).run(arguments);
  }

  Optional<StartFault> firstFault(PropertyResolver properties) {
    return KafkaClient.fault()
        .or(() ->
            allSettings().stream()
                .flatMap(setting -> setting.fault(properties).stream())
                .findFirst())
        .map(StartFault::setting)
        .or(() ->
            DATABASES.stream()
                .flatMap(database -> database.fault(properties).stream())
                .findFirst()
                .map(StartFault::unreachable));
  }

  private List<Setting> allSettings() {
    var all = new ArrayList<Setting>();
    DATABASES.forEach(database -> all.addAll(database.settings()));
    all.addAll(MessagingSettings.ALL);
    all.addAll(settings);
    return all;
  }
}
