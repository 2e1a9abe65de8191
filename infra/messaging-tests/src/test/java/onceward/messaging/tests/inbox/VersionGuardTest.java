package onceward.messaging.tests.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.NoTransactionException;
import onceward.messaging.inbox.VersionGuard;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestMessages;
import org.junit.jupiter.api.Test;

/** Goal: of each aggregate a consumer goes forward only, whatever the inbox has forgotten. */
@MessagingTest(name = "ledger")
class VersionGuardTest {

  @Inject VersionGuard versions;
  @Inject TransactionOperations<Connection> transactions;

  @Test
  void a_later_version_advances_and_an_old_one_or_the_same_again_does_not() {
    var thing = UUID.randomUUID().toString();

    assertThat(advance("one", thing, 1)).isTrue();
    assertThat(advance("one", thing, 1)).isFalse();
    assertThat(advance("one", thing, 5)).isTrue();
    assertThat(advance("one", thing, 4)).isFalse();
    assertThat(advance("two", thing, 1)).isTrue();
    assertThat(advance("one", UUID.randomUUID().toString(), 1)).isTrue();
  }

  @Test
  void what_rolls_back_has_not_advanced() {
    var thing = UUID.randomUUID().toString();
    assertThatThrownBy(() ->
            transactions.executeWrite(_ -> {
              versions.advance("one", message(thing, 1));
              throw new IllegalStateException("the effect failed");
            }))
        .hasMessage("the effect failed");

    assertThat(advance("one", thing, 1)).isTrue();
  }

  @Test
  void of_16_threads_with_the_same_version_one_advances() throws Exception {
    for (var round = 0; round < 20; round++) {
      var thing = UUID.randomUUID().toString();
      Callable<Boolean> advance = () -> advance("one", thing, 1);
      var advanced = 0;
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var done : threads.invokeAll(Collections.nCopies(16, advance))) {
          advanced += done.get() ? 1 : 0;
        }
      }
      assertThat(advanced).as("round %d", round).isEqualTo(1);
    }
  }

  @Test
  void without_a_transaction_it_is_refused() {
    assertThatThrownBy(() -> versions.advance("one", message("thing", 1)))
        .isInstanceOf(NoTransactionException.class);
  }

  private boolean advance(String consumer, String thing, long version) {
    return transactions.executeWrite(_ -> versions.advance(consumer, message(thing, version)));
  }

  private static Message message(String thing, long version) {
    return new Message(
        TestMessages.newId(), "thing", thing, version, "Opened", "{}", MessageContext.NONE);
  }
}
