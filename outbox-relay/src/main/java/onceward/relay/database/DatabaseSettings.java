package onceward.relay.database;

import java.util.function.Supplier;

/**
 * Where the outbox is, and as whom to look at it.
 *
 * @param password read anew for every connection, so that it may change while the relay runs
 * @param tls how the connections are encrypted
 * @param table the outbox, with its schema
 * @param slot the replication slot, which must exist
 * @param publication the publication, which must exist
 */
public record DatabaseSettings(
    String host,
    int port,
    String database,
    String username,
    Supplier<String> password,
    DatabaseTls tls,
    String table,
    String slot,
    String publication) {

  /** Names the place without the password. */
  @Override
  public String toString() {
    return "slot %s of database %s at %s:%d".formatted(slot, database, host, port);
  }
}
