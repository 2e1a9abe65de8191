package onceward.benchmarks.inbox;

import io.micronaut.context.annotation.Value;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;

/** What the handler does with a message: nothing, or so many inserts. */
@Singleton
final class Work {

  private final TransactionOperations<Connection> transactions;
  private final int inserts;

  Work(TransactionOperations<Connection> transactions, @Value("${bench.inserts:0}") int inserts) {
    this.transactions = transactions;
    this.inserts = inserts;
  }

  void perform(String note) throws SQLException {
    if (inserts == 0) {
      return;
    }
    var connection = transactions.findTransactionStatus().orElseThrow().getConnection();
    for (var row = 0; row < inserts; row++) {
      try (var insert =
          ((Connection) connection).prepareStatement("insert into work (note) values (?)")) {
        insert.setString(1, note);
        insert.executeUpdate();
      }
    }
  }
}
