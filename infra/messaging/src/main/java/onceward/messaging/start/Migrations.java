package onceward.messaging.start;

import io.micronaut.core.naming.NameUtils;
import io.micronaut.core.naming.conventions.StringConvention;
import io.micronaut.core.value.PropertyResolver;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import onceward.messaging.RootCause;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The migrations that this version of the service knows, and the database that they are for.
 * Settings are those of {@code flyway.datasources.migrator}, which Flyway documents.
 *
 * @param as whose connection is used: the migrator's to run them, the service's to look
 */
record Migrations(String service, Database as, PropertyResolver properties) {

  private static final String PREFIX = "flyway.datasources.migrator";

  static final Database MIGRATOR =
      new Database(PREFIX + ".url", PREFIX + ".user", PREFIX + ".password");

  /** Settings of the framework, which are none of Flyway's. */
  private static final Set<String> NOT_OF_FLYWAY =
      Set.of("enabled", "async", "clean-schema", "url", "user", "password");

  private static final String DENIED = "42501";
  private static final MigrationVersion CREATES_SLOT = MigrationVersion.fromVersion("0.4");

  /** One line if the settings of a service that is to run have the login of the migrator. */
  static Optional<String> heldByService(PropertyResolver properties) {
    return List.of(MIGRATOR.user(), MIGRATOR.password()).stream()
        .filter(properties::containsProperty)
        .findFirst()
        .map(property ->
            "%s is set, and a running service must not have the login of its migrator: keep it in a file of its own, for the step `%s`"
                .formatted(property, ServiceStart.MIGRATE));
  }

  /** Runs what is missing. One line if that needs an administrator first. */
  Optional<String> run() {
    var flyway = flyway();
    var fault = slotMissing(flyway);
    if (fault.isEmpty()) {
      var done = flyway.migrate();
      System.out.printf(
          "%s: database %s has the migrations of this version; %d were run%n",
          service, as.name(properties), done.migrationsExecuted);
    }
    return fault;
  }

  /**
   * One line if the database lacks migrations, or has one that this version knows otherwise. A
   * database with newer migrations is fine: they are made so that the version before can run.
   */
  Optional<String> missing() {
    try {
      return flyway().validateWithResult().invalidMigrations.stream()
          .findFirst()
          .map(first -> first.version.isEmpty() ? first.description : first.version)
          .map(first ->
              describe("is not at the version of this program (migration %s)".formatted(first)));
    } catch (FlywayException unreadable) {
      return Optional.of(
          mayNotLook(unreadable)
              ? describe("is not at the version of this program")
              : "cannot look at the migrations of database %s: %s"
                  .formatted(as.name(properties), RootCause.tell(unreadable)));
    }
  }

  /** The migration that lets the service look has not been run. */
  private static boolean mayNotLook(Throwable failure) {
    return failure instanceof SQLException sql
        ? DENIED.equals(sql.getSQLState())
        : failure.getCause() != null && mayNotLook(failure.getCause());
  }

  private String describe(String what) {
    return "database %s %s: run `java -jar %s.jar %s` with %s, user and password of the role that owns the tables, then start again"
        .formatted(as.name(properties), what, service, ServiceStart.MIGRATE, MIGRATOR.url());
  }

  private Flyway flyway() {
    var flat = new HashMap<String, String>();
    flatten("", properties.getProperties(PREFIX, StringConvention.RAW), flat);
    var settings = new HashMap<String, String>();
    flat.forEach((name, value) -> {
      if (!NOT_OF_FLYWAY.contains(name)) {
        settings.put("flyway." + nameInFlyway(name), value);
      }
    });
    return as.configure(Flyway.configure().configuration(settings), properties).load();
  }

  /** Names of placeholders are the user's. */
  private static String nameInFlyway(String name) {
    return name.startsWith("placeholders.") ? name : NameUtils.camelCase(name);
  }

  private static void flatten(String prefix, Map<?, ?> from, Map<String, String> into) {
    from.forEach((name, value) -> {
      switch (value) {
        case Map<?, ?> nested -> flatten(prefix + name + ".", nested, into);
        case Collection<?> list ->
            into.put(
                prefix + name,
                list.stream().map(Object::toString).collect(Collectors.joining(",")));
        default -> into.put(prefix + name, value.toString());
      }
    });
  }

  /** A migrator may not create the slot: whoever replicates can read the whole cluster. */
  private Optional<String> slotMissing(Flyway flyway) {
    var slot = properties.getProperty(PREFIX + ".placeholders.slot", String.class).orElse("");
    boolean isNeeded =
        Arrays.stream(flyway.info().pending())
            .anyMatch(migration -> CREATES_SLOT.equals(migration.getVersion()));
    return isNeeded && !isSlotThereOrAllowed(slot)
        ? Optional.of(
            "replication slot %1$s is missing in database %2$s: create it as an administrator, with `psql -d %2$s -c \"select pg_create_logical_replication_slot('%1$s', 'pgoutput')\"`, then migrate again"
                .formatted(slot, as.name(properties)))
        : Optional.empty();
  }

  private boolean isSlotThereOrAllowed(String slot) {
    try (var connection = as.connect(properties);
        var query =
            connection.prepareStatement(
                """
                select (select rolreplication or rolsuper from pg_roles where rolname = current_user)
                  or exists (select from pg_replication_slots
                             where slot_name = ? and database = current_database())
                """)) {
      query.setString(1, slot);
      try (var row = query.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    } catch (SQLException unusable) {
      throw new IllegalStateException("cannot look for the slot", unusable);
    }
  }
}
