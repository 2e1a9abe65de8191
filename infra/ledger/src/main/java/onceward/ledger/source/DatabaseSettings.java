package onceward.ledger.source;

import java.util.List;

/**
 * A database with an outbox, an inbox or both.
 *
 * @param name what the answers call it
 * @param url e.g. {@code jdbc:postgresql://127.0.0.1:5432/auth}
 * @param user a role that may read the tables of the library
 * @param slots the replication slots that the outbox is captured from, one for each of its shards;
 *     none if the database says so itself, as one with the library's tables does
 */
public record DatabaseSettings(
    String name, String url, String user, String password, List<String> slots) {

  public DatabaseSettings {
    slots = List.copyOf(slots);
  }

  /** A database that has the library's tables. */
  public static DatabaseSettings of(String name, String url, String user, String password) {
    return new DatabaseSettings(name, url, user, password, List.of());
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "%s (%s as %s)".formatted(name, url, user);
  }
}
