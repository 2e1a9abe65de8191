package onceward.localstack;

import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.Role;

/** The databases of the services, each with the roles of its owner, its service and the relay. */
final class Databases {

  static final String AUTH = "auth";
  static final String USER = "user";
  static final String RELAY = "relay";

  private static final int RELAY_CONNECTIONS_MAX = 16;

  private Databases() {}

  static void create(PostgresServer postgres) {
    create(postgres, AUTH);
    create(postgres, USER);
  }

  static String migrator(String database) {
    return database + "_migrator";
  }

  static String service(String database) {
    return database + "_service";
  }

  /** The owner may replicate because its migrations create the replication slot. */
  private static void create(PostgresServer postgres, String database) {
    postgres.createDatabase(
        database,
        Role.replicating(migrator(database)),
        Role.named(service(database)),
        Role.replicating(RELAY).withConnectionsMax(RELAY_CONNECTIONS_MAX));
  }
}
