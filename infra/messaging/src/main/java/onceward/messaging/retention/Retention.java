package onceward.messaging.retention;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import onceward.messaging.retention.Retained.Finding;

/** One run: makes and drops the partitions of one table, in a transaction of its own. */
@Singleton
@Requires(bean = TransactionOperations.class)
final class Retention {

  private final TransactionOperations<Connection> transactions;
  private final RetentionConfiguration configuration;

  Retention(TransactionOperations<Connection> transactions, RetentionConfiguration configuration) {
    this.transactions = transactions;
    this.configuration = configuration;
  }

  Retained retain(Table table) {
    var findings =
        transactions.executeWrite(transaction -> findings(transaction.getConnection(), table));
    return Retained.of(table, findings);
  }

  private List<Finding> findings(Connection connection, Table table) throws SQLException {
    try (var select = connection.prepareStatement(table.retain())) {
      select.setInt(1, configuration.keepDays(table));
      select.setInt(2, configuration.daysAhead());
      var rows = select.executeQuery();
      var findings = new ArrayList<Finding>();
      while (rows.next()) {
        var detail = Objects.requireNonNullElse(rows.getString(3), "");
        findings.add(new Finding(rows.getString(1), rows.getString(2), detail));
      }
      return findings;
    }
  }
}
