package onceward.messaging.tests;

import io.micronaut.transaction.TransactionOperations;
import java.sql.Connection;
import java.util.concurrent.Callable;
import onceward.messaging.testkit.conformance.Transactions;

/** The transactions of the application under test. */
public record ServiceTransactions(TransactionOperations<Connection> operations)
    implements Transactions {

  @Override
  public <T> T run(Callable<T> work) {
    return operations.executeWrite(_ -> work.call());
  }
}
