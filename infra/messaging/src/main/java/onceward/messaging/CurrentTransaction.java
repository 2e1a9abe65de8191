package onceward.messaging;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import io.micronaut.transaction.support.TransactionSynchronization;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;

/** The transaction the calling thread is in: the proof that outbox and inbox ask for. */
@Singleton
@Requires(bean = TransactionOperations.class)
public final class CurrentTransaction {

  private final TransactionOperations<Connection> transactions;

  CurrentTransaction(TransactionOperations<Connection> transactions) {
    this.transactions = transactions;
  }

  /**
   * The connection of the open transaction, to write with. The transaction closes the connection.
   *
   * @param attempted what the caller is about to do, for the error
   * @throws NoTransactionException if there is no open transaction
   * @throws ReadOnlyTransactionException if the open transaction only reads
   */
  public Connection toWrite(String attempted) {
    var connection = connection(attempted);
    if (isReadOnly(connection, attempted)) {
      throw new ReadOnlyTransactionException(attempted);
    }
    return connection;
  }

  /**
   * The connection of the open transaction, which may be one that only reads.
   *
   * @param attempted what the caller is about to do, for the error
   * @throws NoTransactionException if there is no open transaction
   */
  public Connection connection(String attempted) {
    return transactions
        .findTransactionStatus()
        .map(TransactionStatus::getConnection)
        .map(Connection.class::cast)
        .orElseThrow(() -> new NoTransactionException(attempted));
  }

  /**
   * Runs work after the open transaction has committed, and never if it rolls back.
   *
   * @param attempted what the caller does, for the error
   * @throws NoTransactionException if there is no open transaction
   */
  public void afterCommit(String attempted, Runnable work) {
    transactions
        .findTransactionStatus()
        .orElseThrow(() -> new NoTransactionException(attempted))
        .registerSynchronization(
            new TransactionSynchronization() {
              @Override
              public void afterCommit() {
                work.run();
              }
            });
  }

  /**
   * Runs work after the open transaction has ended, whether it commits or rolls back.
   *
   * @param attempted what the caller does, for the error
   * @throws NoTransactionException if there is no open transaction
   */
  public void afterCompletion(String attempted, Runnable work) {
    transactions
        .findTransactionStatus()
        .orElseThrow(() -> new NoTransactionException(attempted))
        .registerSynchronization(
            new TransactionSynchronization() {
              @Override
              public void afterCompletion(Status status) {
                work.run();
              }
            });
  }

  // What the connection was told when the transaction began; the driver answers without asking.
  private static boolean isReadOnly(Connection connection, String attempted) {
    try {
      return connection.isReadOnly();
    } catch (SQLException closed) {
      throw new MessageStoreException(attempted, closed);
    }
  }
}
