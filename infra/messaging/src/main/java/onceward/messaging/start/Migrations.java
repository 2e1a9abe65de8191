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
import onceward.messaging.start.Schema.Difference;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final String[] OF_LATER_VERSIONS = {"*:future", "*:missing"};

  /** Lets the service start although the library's tables were changed. */
  static final String ALLOWED = "messaging.changed-schema-allowed";

  private static final int DIFFERENCES_NAMED_MAX = 5;

  private static final Logger log = LoggerFactory.getLogger(Migrations.class);

  private static final String DENIED = "42501";
  private static final MigrationVersion CREATES_PUBLICATION = MigrationVersion.fromVersion("0.3");
  private static final MigrationVersion FIRST_OF_SERVICE = MigrationVersion.fromVersion("1");
  private static final MigrationVersion CREATES_SLOT = MigrationVersion.fromVersion("0.4");

  /** The first PostgreSQL that decodes changes from before the publication, by leaving them out. */
  private static final int PASSES_OVER_MISSING_PUBLICATION = 18;

  /** One line if the settings of a service that is to run have the login of the migrator. */
  static Optional<String> heldByService(PropertyResolver properties) {
    return List.of(MIGRATOR.user(), MIGRATOR.password()).stream()
        .filter(properties::containsProperty)
        .findFirst()
        .map(property ->
            "%s is set, and a running service must not have the login of its migrator: keep it in a file of its own, for the step `%s`"
                .formatted(property, ServiceStart.MIGRATE));
  }

  /**
   * Runs what is missing. One line if that needs an administrator first, or if somebody has changed
   * what migrations made before.
   */
  Optional<String> run() {
    var flyway = configuration().load();
    var fault = isPending(flyway, CREATES_SLOT) ? slotFault(flyway) : Optional.<String>empty();
    if (fault.isPresent()) {
      return fault;
    }
    var done = flyway.migrate();
    System.out.printf(
        "%s: database %s has the migrations of this version; %d were run%n",
        service, as.name(properties), done.migrationsExecuted);
    return drift(flyway);
  }

  /**
   * One line if the database lacks migrations, or has one that this version knows otherwise, or if
   * somebody has changed what they made. A database with newer migrations is fine: they are made so
   * that the version before can run.
   */
  Optional<String> missing() {
    try {
      var flyway = configuration().load();
      return flyway.validateWithResult().invalidMigrations.stream()
          .findFirst()
          .map(first -> first.version.isEmpty() ? first.description : first.version)
          .map(first ->
              describe("is not at the version of this program (migration %s)".formatted(first)))
          .or(() -> drift(flyway));
    } catch (FlywayException unreadable) {
      return Optional.of(
          mayNotLook(unreadable)
              ? describe("is not at the version of this program")
              : "cannot look at the migrations of database %s: %s"
                  .formatted(as.name(properties), RootCause.tell(unreadable)));
    }
  }

  /**
   * One line if the library's objects are not as its migrations make them. Migrations of a later
   * version may have changed them, so a database that has such is not compared.
   */
  private Optional<String> drift(Flyway flyway) {
    var later =
        Arrays.stream(flyway.info().applied()).filter(Migrations::isOfLaterLibrary).findFirst();
    if (later.isPresent()) {
      log.info(
          "The tables of database {} are not compared: it has migration {} of a later version",
          as.name(properties),
          later.get().getVersion());
      return Optional.empty();
    }
    return differences(flyway).filter(fault -> !isAllowed(fault));
  }

  private Optional<String> differences(Flyway flyway) {
    try (var connection = as.connect(properties)) {
      var present = Schema.present(connection, schema(flyway));
      var differences = Schema.expected().differences(present);
      differences.stream()
          .filter(Difference::isOfSpeedOnly)
          .forEach(index ->
              log.warn("In database {}, {}: statements may be slow", as.name(properties), index));
      var grave = differences.stream().filter(difference -> !difference.isOfSpeedOnly()).toList();
      return grave.isEmpty() ? Optional.empty() : Optional.of(describe(grave));
    } catch (SQLException unreadable) {
      return Optional.of(
          "cannot compare the tables of database %s with what migrations make: %s"
              .formatted(as.name(properties), RootCause.tell(unreadable)));
    }
  }

  private String describe(List<Difference> grave) {
    var named =
        grave.stream()
            .limit(DIFFERENCES_NAMED_MAX)
            .map(Difference::toString)
            .collect(Collectors.joining("; "));
    var more = grave.size() - DIFFERENCES_NAMED_MAX;
    return "database %s is not as its migrations made it: %s%s. Messages may be lost or handled twice. Restore what the last migration that names it says (onceward/messaging/migration of onceward-messaging), or start with %s=true"
        .formatted(
            as.name(properties), named, more > 0 ? "; and %d more".formatted(more) : "", ALLOWED);
  }

  private boolean isAllowed(String fault) {
    var isAllowed = properties.getProperty(ALLOWED, Boolean.class).orElse(false);
    if (isAllowed) {
      log.error("{} is true, so nothing is done about it: {}", ALLOWED, fault);
    }
    return isAllowed;
  }

  /** As Flyway chooses it; null for the one that comes first for the connection. */
  private static @Nullable String schema(Flyway flyway) {
    var configuration = flyway.getConfiguration();
    var first = Arrays.stream(configuration.getSchemas()).findFirst();
    return configuration.getDefaultSchema() != null
        ? configuration.getDefaultSchema()
        : first.orElse(null);
  }

  /** The versions of the library's migrations begin with 0. */
  private static boolean isOfLaterLibrary(MigrationInfo applied) {
    var isUnknown =
        applied.getState() == MigrationState.FUTURE_SUCCESS
            || applied.getState() == MigrationState.MISSING_SUCCESS;
    return isUnknown
        && applied.getVersion() != null
        && applied.getVersion().compareTo(FIRST_OF_SERVICE) < 0;
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

  /**
   * Migrations that only the database knows belong to a later version. Flyway calls those missing
   * whose number is below the highest of this version, and the library's numbers are: a service has
   * its own from 1 on.
   */
  private FluentConfiguration configuration() {
    var flat = new HashMap<String, String>();
    flatten("", properties.getProperties(PREFIX, StringConvention.RAW), flat);
    var settings = new HashMap<String, String>();
    flat.forEach((name, value) -> {
      if (!NOT_OF_FLYWAY.contains(name)) {
        settings.put("flyway." + nameInFlyway(name), value);
      }
    });
    var flyway = Flyway.configure().ignoreMigrationPatterns(OF_LATER_VERSIONS);
    return as.configure(flyway.configuration(settings), properties);
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

  private static boolean isPending(Flyway flyway, MigrationVersion migration) {
    return Arrays.stream(flyway.info().pending())
        .anyMatch(pending -> migration.equals(pending.getVersion()));
  }

  /**
   * What an administrator has to do about the slot. A migrator may not create one: whoever
   * replicates can read the whole cluster.
   *
   * <p>Servers before PostgreSQL 18 fail at every change that was written between slot and
   * publication. There the slot has to come second, so the migrations up to the publication run
   * before somebody is asked to create it.
   */
  private Optional<String> slotFault(Flyway flyway) {
    var slot = properties.getProperty(PREFIX + ".placeholders.slot", String.class).orElse("");
    var before = look(slot);
    if (!before.needsPublicationFirst() || !isPending(flyway, CREATES_PUBLICATION)) {
      return before.isSlotThere() || before.mayCreateSlot()
          ? Optional.empty()
          : Optional.of(slotMissing(slot));
    }
    if (before.isSlotThere()) {
      return Optional.of(slotTooEarly(slot, before.major()));
    }
    if (before.mayCreateSlot()) {
      return Optional.empty();
    }
    configuration().target(CREATES_PUBLICATION).load().migrate();
    return Optional.of(slotMissing(slot));
  }

  private String slotMissing(String slot) {
    return "replication slot %1$s is missing in database %2$s: create it as an administrator, with `psql -d %2$s -c \"select pg_create_logical_replication_slot('%1$s', 'pgoutput')\"`, then migrate again"
        .formatted(slot, as.name(properties));
  }

  private String slotTooEarly(String slot, int major) {
    return "replication slot %1$s of database %2$s was created before the publication, and PostgreSQL %3$d cannot read on from there (18 can): drop it as an administrator, with `psql -d %2$s -c \"select pg_drop_replication_slot('%1$s')\"`, then migrate again; the migrations say when to create it"
        .formatted(slot, as.name(properties), major);
  }

  /** What the server is, and how it stands with the slot. */
  private record SlotLook(int major, boolean isSlotThere, boolean mayCreateSlot) {

    boolean needsPublicationFirst() {
      return major < PASSES_OVER_MISSING_PUBLICATION;
    }
  }

  private SlotLook look(String slot) {
    try (var connection = as.connect(properties);
        var query =
            connection.prepareStatement(
                """
                select exists (select from pg_replication_slots
                               where slot_name = ? and database = current_database()),
                       (select rolreplication or rolsuper from pg_roles where rolname = current_user)
                """)) {
      query.setString(1, slot);
      try (var row = query.executeQuery()) {
        row.next();
        return new SlotLook(
            connection.getMetaData().getDatabaseMajorVersion(),
            row.getBoolean(1),
            row.getBoolean(2));
      }
    } catch (SQLException unusable) {
      throw new IllegalStateException("cannot look for the slot", unusable);
    }
  }
}
