package onceward.messaging.replay;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.Collection;
import java.util.Map;
import onceward.messaging.deadletter.ConsumedKeyRows;
import onceward.messaging.key.ConsumedKey;
import onceward.messaging.subscription.Subscription;

/** Looks at keys in a short transaction of its own. Safe for use by many threads. */
@Singleton
@Requires(bean = ConsumedKeyRows.class)
final class ConsumedKeyLook {

  private final TransactionOperations<Connection> transactions;
  private final ConsumedKeyRows rows;

  ConsumedKeyLook(TransactionOperations<Connection> transactions, ConsumedKeyRows rows) {
    this.transactions = transactions;
    this.rows = rows;
  }

  /** The keys as they are now; none is locked afterwards. */
  Map<String, ConsumedKey> look(Subscription subscription, Collection<String> keys) {
    return keys.isEmpty()
        ? Map.of()
        : transactions.executeWrite(_ -> rows.read(subscription, keys));
  }
}
