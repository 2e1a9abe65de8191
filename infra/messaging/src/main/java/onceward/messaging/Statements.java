package onceward.messaging;

import io.micronaut.transaction.TransactionOperations;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Runs one statement of the library in a transaction: in the open one, or in one of its own. Safe
 * for use by many threads.
 */
public final class Statements {

  private final TransactionOperations<Connection> transactions;

  /** Statements in these transactions. */
  public Statements(TransactionOperations<Connection> transactions) {
    this.transactions = transactions;
  }

  /** What is done with a prepared statement. */
  @FunctionalInterface
  public interface Work<T> {

    /** Binds, runs and reads. */
    T run(PreparedStatement statement) throws SQLException;
  }

  /**
   * Runs a statement that changes nothing.
   *
   * @param attempted what a failure says could not be done
   * @throws MessageStoreException if the database refuses
   */
  public <T> T read(String attempted, String sql, Work<T> work) {
    return transactions.executeRead(
        transaction -> run(transaction.getConnection(), attempted, sql, work));
  }

  /** As {@link #read}, for a statement that may change something. */
  public <T> T write(String attempted, String sql, Work<T> work) {
    return transactions.executeWrite(
        transaction -> run(transaction.getConnection(), attempted, sql, work));
  }

  /** As {@link #read}, over a connection that is in a transaction. */
  public static <T> T run(Connection connection, String attempted, String sql, Work<T> work) {
    try (var statement = connection.prepareStatement(sql)) {
      return work.run(statement);
    } catch (SQLException refused) {
      throw new MessageStoreException(attempted, refused);
    }
  }
}
