package onceward.relay.source;

import java.util.function.Supplier;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where the outbox is, and as whom to look at it.
 *
 * @param servers on which the database may be; all connections go to the chosen one
 * @param password read anew for every connection, so that it may change while the relay runs
 * @param tls how the connections are encrypted
 * @param table the outbox, with its schema
 * @param schema in which {@code relay_canary}, {@code relay_parked} and {@code
 *     relay_publication_state} are
 * @param shard which rows of the outbox are published, by which slot and publication; both must
 *     exist
 */
public record DatabaseSettings(
    Servers servers,
    String database,
    String username,
    Supplier<String> password,
    DatabaseTls tls,
    String table,
    String schema,
    Shard shard) {

  /** The replication slot. */
  public String slot() {
    return shard.slot();
  }

  /** The publication. */
  public String publication() {
    return shard.publication();
  }

  /** The host of the server that is connected to. */
  public String host() {
    return servers.chosen().host();
  }

  /** Its port. */
  public int port() {
    return servers.chosen().port();
  }

  /** The table that the relay moves, to see it come back. With its schema. */
  public String canary() {
    return schema + "." + SourceDatabase.CANARY;
  }

  /** The table of messages that are held back, with its schema. */
  public String parked() {
    return schema + ".relay_parked";
  }

  /**
   * The place as the driver takes it, by which every connection is made: one that looks and one
   * that captures reach the same server, or neither does.
   */
  public String url() {
    return url(servers.chosen());
  }

  String url(Servers.Address server) {
    var place = new PGSimpleDataSource();
    place.setServerNames(new String[] {server.bracketed()});
    place.setPortNumbers(new int[] {server.port()});
    place.setDatabaseName(database);
    return place.getURL();
  }

  /** Names the place without the password. */
  @Override
  public String toString() {
    return "slot %s of database %s at %s".formatted(slot(), database, servers.chosen());
  }
}
