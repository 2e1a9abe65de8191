package onceward.messaging.polling;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.TransactionOperations;
import java.sql.Connection;
import java.time.Instant;
import java.util.Optional;
import onceward.messaging.deadletter.DeadLetterRows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Since when the oldest open dead letter of the service waits, as it was seen last: some seconds
 * ago, or longer if the database does not answer. Thread-safe.
 */
@Context
@Requires(beans = Subscriptions.class)
final class OldestDeadLetter {

  private static final Logger log = LoggerFactory.getLogger(OldestDeadLetter.class);

  private final TransactionOperations<Connection> transactions;
  private final DeadLetterRows deadLetters;
  private volatile Optional<Instant> failedAt = Optional.empty();

  OldestDeadLetter(TransactionOperations<Connection> transactions, DeadLetterRows deadLetters) {
    this.transactions = transactions;
    this.deadLetters = deadLetters;
  }

  /** Looks again. If the database does not answer, the last answer stays. */
  @Scheduled(fixedDelay = "10s")
  void look() {
    try {
      failedAt = transactions.executeRead(_ -> deadLetters.oldest());
    } catch (RuntimeException notNow) {
      log.debug("could not look for the oldest dead letter", notNow);
    }
  }

  /** Empty if no letter is open. */
  Optional<Instant> failedAt() {
    return failedAt;
  }
}
