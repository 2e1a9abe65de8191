package onceward.messaging;

import java.sql.SQLException;

/**
 * The database refused a statement of the outbox or the inbox. The transaction is lost with it.
 *
 * <p>The driver's exception is not its cause: that one may quote the whole row, and whoever logs
 * this one would log personal data.
 */
public final class MessageStoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String sqlState;

  /**
   * Names what failed; of the database's answer only the first line, for the rest may quote the
   * row.
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
