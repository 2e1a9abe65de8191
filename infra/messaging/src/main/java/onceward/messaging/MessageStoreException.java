package onceward.messaging;

import java.sql.SQLException;

/**
 * The database refused a statement of the outbox or the inbox. The transaction is lost.
 *
 * <p>The driver's exception is not the cause of this one: it may quote the whole row, and a log of
 * this exception would hold personal data.
 */
public final class MessageStoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String sqlState;

  /**
   * Names what failed and the first line of the database's answer. Later lines may quote the row.
   */
  public MessageStoreException(String attempted, SQLException refusal) {
    super(
        "could not %s: %s (SQLState %s)"
            .formatted(
                attempted,
                String.valueOf(refusal.getMessage()).lines().findFirst().orElse(""),
                refusal.getSQLState()));
    this.sqlState = String.valueOf(refusal.getSQLState());
    setStackTrace(refusal.getStackTrace());
  }

  /** What kind of refusal it was, e.g. {@code 23514} for a constraint. */
  public String sqlState() {
    return sqlState;
  }
}
