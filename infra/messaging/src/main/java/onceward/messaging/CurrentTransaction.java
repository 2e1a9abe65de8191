package onceward.messaging;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import jakarta.inject.Singleton;
import java.sql.Connection;

/** The transaction the calling thread is in: the proof that outbox and inbox ask for. */
@Singleton
@Requires(bean = TransactionOperations.class)
public final class CurrentTransaction {

  private final TransactionOperations<Connection> transactions;

  CurrentTransaction(TransactionOperations<Connection> transactions) {
    this.transactions = transactions;
  }

  /**
   * The connection of the open transaction; it is the transaction's to close.
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
}
