package onceward.ledger.source;

import java.util.Optional;

/**
 * A database with an outbox, an inbox or both.
 *
 * @param name what the answers call it
 * @param url e.g. {@code jdbc:postgresql://127.0.0.1:5432/auth}
 * @param user a role that may read the tables of the library
 * @param slot the replication slot that the outbox is captured from; empty if the database says so
 *     itself, as one with the library's tables does
 */
public record DatabaseSettings(
    String name, String url, String user, String password, Optional<String> slot) {

  /** A database that has the library's tables. */
  public static DatabaseSettings of(String name, String url, String user, String password) {
    return new DatabaseSettings(name, url, user, password, Optional.empty());
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "%s (%s as %s)".formatted(name, url, user);
  }
}
