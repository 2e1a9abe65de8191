package onceward.messaging;

import java.sql.SQLException;

/**
 * The database refused a statement of the outbox or the inbox. The transaction is lost with it; the
 * cause's SQLState tells whether another attempt makes sense.
 */
public final class MessageStoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Names what failed; of the database's answer only the first line, for the rest may quote the
   * row.
   */
  public MessageStoreException(String attempted, SQLException cause) {
    super(
        "could not %s: %s (SQLState %s)"
            .formatted(
                attempted,
                String.valueOf(cause.getMessage()).lines().findFirst().orElse(""),
                cause.getSQLState()),
        cause);
  }
}
