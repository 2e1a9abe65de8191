package onceward.messaging.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.messaging.MessageStoreException;
import onceward.messaging.NoTransactionException;
import onceward.messaging.inbox.Inbox;
import org.junit.jupiter.api.Test;

/** Goal: of all who claim a message for a consumer, exactly one gets it, and only if it commits. */
@MicronautTest(transactional = false)
class InboxTest extends LedgerServiceTest {

  @Inject Inbox inbox;
  @Inject TransactionOperations<Connection> transactions;

  @Test
  void claiming_without_a_transaction_is_refused() {
    assertThatThrownBy(() -> inbox.claim("consumer", TestMessages.newId()))
        .isInstanceOf(NoTransactionException.class);
  }

  @Test
  void a_claim_that_rolled_back_can_be_made_again() {
    var id = TestMessages.newId();
    assertThatThrownBy(() ->
            transactions.executeWrite(_ -> {
              assertThat(inbox.claim("consumer", id)).isTrue();
              throw new IllegalStateException("the effect failed");
            }))
        .hasMessage("the effect failed");

    assertThat(claim("consumer", id)).isTrue();
    assertThat(claim("consumer", id)).isFalse();
  }

  @Test
  void two_consumers_claim_the_same_message_each() {
    var id = TestMessages.newId();

    assertThat(claim("one", id)).isTrue();
    assertThat(claim("two", id)).isTrue();
  }

  @Test
  void a_claim_that_comes_second_leaves_the_transaction_as_it_was() {
    var claimed = TestMessages.newId();
    var free = TestMessages.newId();
    assertThat(claim("consumer", claimed)).isTrue();

    transactions.executeWrite(_ -> {
      assertThat(inbox.claim("consumer", free)).isTrue();
      assertThat(inbox.claim("consumer", claimed)).isFalse();
      return null;
    });

    assertThat(service.claims("consumer", free)).isEqualTo(1);
  }

  @Test
  void a_consumer_without_a_name_or_with_a_name_beyond_128_bytes_is_refused() {
    for (var consumer : List.of("", "x".repeat(129))) {
      assertThatThrownBy(() -> claim(consumer, TestMessages.newId()))
          .isInstanceOf(MessageStoreException.class)
          .hasMessageContaining("inbox_consumer_is_1_to_128_bytes");
    }
  }

  /**
   * Method: 50 messages; of the first to claim each, three roll back, so the claim must pass on.
   */
  @Test
  void of_16_threads_that_claim_at_once_exactly_one_commits_a_claim() throws Exception {
    for (var round = 0; round < 50; round++) {
      var id = TestMessages.newId();
      var rollBacksLeft = new AtomicInteger(3);
      var effects = new AtomicInteger();
      Callable<Boolean> claimOnce = () -> claimOrRollBack(id, rollBacksLeft, effects);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var done : threads.invokeAll(Collections.nCopies(16, claimOnce))) {
          done.get();
        }
      }
      assertThat(effects).as("round %d", round).hasValue(1);
      assertThat(service.claims("consumer", id)).isEqualTo(1);
    }
  }

  private boolean claimOrRollBack(UUID id, AtomicInteger rollBacksLeft, AtomicInteger effects) {
    return transactions.executeWrite(transaction -> {
      if (!inbox.claim("consumer", id)) {
        return false;
      }
      if (rollBacksLeft.decrementAndGet() >= 0) {
        transaction.setRollbackOnly();
      } else {
        effects.incrementAndGet();
      }
      return true;
    });
  }

  private boolean claim(String consumer, UUID id) {
    return transactions.executeWrite(_ -> inbox.claim(consumer, id));
  }
}
