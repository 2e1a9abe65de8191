package onceward.localstack;

import java.util.Optional;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.Role;

/** The databases of the services, each with the roles of its owner, its service and the relay. */
final class Databases {

  static final String AUTH = "auth";
  static final String USER = "user";
  static final String RELAY = "relay";

  private static final int RELAY_CONNECTIONS_MAX = 16;

  private Databases() {}

  static String migrator(String database) {
    return database + "_migrator";
  }

  static String service(String database) {
    return database + "_service";
  }

  static String slot(String database) {
    return database + "_outbox";
  }

  /** The database of a program that has one. */
  static Optional<String> of(ProgramName program) {
    return switch (program) {
      case AUTH_SERVICE -> Optional.of(AUTH);
      case USER_SERVICE -> Optional.of(USER);
      case OUTBOX_RELAY, GATEWAY -> Optional.empty();
    };
  }

  /** Only the relay may replicate: whoever may can read the log of the whole cluster. */
  static void create(PostgresServer postgres, String database) {
    postgres.createDatabase(
        database,
        Role.named(migrator(database)),
        Role.named(service(database)),
        Role.replicating(RELAY).withConnectionsMax(RELAY_CONNECTIONS_MAX));
    postgres.createSlot(database, slot(database));
  }
}
