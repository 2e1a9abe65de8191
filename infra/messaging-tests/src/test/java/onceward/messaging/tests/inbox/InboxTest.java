package onceward.messaging.tests.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.support.DefaultTransactionDefinition;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import onceward.messaging.MessageStoreException;
import onceward.messaging.inbox.Inbox;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import onceward.messaging.testkit.conformance.InboxConformance;
import onceward.messaging.testkit.conformance.Transactions;
import onceward.messaging.tests.ServiceTransactions;
import onceward.messaging.tests.retention.RetainedService;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Goal: the inbox of the library is one, and says no to what it could not keep. */
@Tag("every-postgres")
@MessagingTest(name = "ledger")
class InboxTest extends InboxConformance {

  @Inject TestService service;
  @Inject Inbox inbox;
  @Inject TransactionOperations<Connection> transactions;

  @Test
  void a_consumer_without_a_name_or_with_a_name_beyond_128_bytes_is_refused() {
    for (var consumer : List.of("", "x".repeat(129))) {
      assertThatThrownBy(() -> inTransaction().run(() -> claim(consumer, TestMessages.newId())))
          .isInstanceOf(MessageStoreException.class)
          .hasMessageContaining("inbox_consumer_is_1_to_128_bytes");
    }
  }

  /** There, the low-water mark may be one of before the transaction's snapshot. */
  @Test
  void where_it_cannot_be_told_whether_a_message_is_too_old_a_claim_is_refused() {
    var repeatable = new DefaultTransactionDefinition();
    repeatable.setIsolationLevel(TransactionDefinition.Isolation.REPEATABLE_READ);
    var old = RetainedService.idOf(-100);

    assertThatThrownBy(() -> transactions.execute(repeatable, _ -> inbox.claim("consumer", old)))
        .hasMessageContaining("READ COMMITTED transactions only");
    assertThat(isClaimed("consumer", old)).isFalse();
  }

  @Override
  protected boolean claim(String consumer, UUID id) {
    return inbox.claim(consumer, id);
  }

  @Override
  protected Transactions inTransaction() {
    return new ServiceTransactions(transactions);
  }

  @Override
  protected boolean isClaimed(String consumer, UUID id) {
    return service.inbox(consumer).contains(id);
  }
}
