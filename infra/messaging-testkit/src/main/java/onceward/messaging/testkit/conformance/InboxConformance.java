package onceward.messaging.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.messaging.NoTransactionException;
import onceward.messaging.testkit.TestMessages;
import org.junit.jupiter.api.Test;

/**
 * What any inbox must do: of all who claim a message for a consumer, exactly one gets it, and only
 * if it commits. Extend it, say what is under test, and add the tests that only your implementation
 * has.
 */
public abstract class InboxConformance {

  private static final int THREADS = 16;
  private static final int ROUNDS = 50;
  private static final int ROLL_BACKS_PER_ROUND = 3;

  /**
   * Claims the message in the transaction of the calling thread: whether it is this transaction's
   * to handle. Waits for a transaction that has claimed it and has not ended.
   *
   * @throws NoTransactionException if there is no transaction
   */
  protected abstract boolean claim(String consumer, UUID messageId);

  /** Transactions that the inbox under test joins, {@value #THREADS} at once. */
  protected abstract Transactions inTransaction();

  /** Whether a transaction begun now would see the claim. */
  protected abstract boolean isClaimed(String consumer, UUID messageId);

  @Test
  void claiming_without_a_transaction_is_refused() {
    var id = TestMessages.newId();

    assertThatThrownBy(() -> claim("consumer", id)).isInstanceOf(NoTransactionException.class);
    assertThat(isClaimed("consumer", id)).isFalse();
  }

  @Test
  void a_claim_that_rolled_back_can_be_made_again_and_one_that_committed_can_not() {
    var id = TestMessages.newId();
    assertThatThrownBy(() ->
            inTransaction()
                .run(() -> {
                  assertThat(claim("consumer", id)).isTrue();
                  throw new RolledBack();
                }))
        .isInstanceOf(RolledBack.class);

    assertThat(isClaimed("consumer", id)).isFalse();
    assertThat(claimAndCommit("consumer", id)).isTrue();
    assertThat(claimAndCommit("consumer", id)).isFalse();
    assertThat(isClaimed("consumer", id)).isTrue();
  }

  @Test
  void two_consumers_claim_the_same_message_each() {
    var id = TestMessages.newId();

    assertThat(claimAndCommit("one", id)).isTrue();
    assertThat(claimAndCommit("two", id)).isTrue();
  }

  @Test
  void a_claim_that_comes_second_leaves_the_transaction_as_it_was() {
    var claimed = TestMessages.newId();
    var free = TestMessages.newId();
    assertThat(claimAndCommit("consumer", claimed)).isTrue();

    inTransaction()
        .run(() -> {
          assertThat(claim("consumer", claimed)).isFalse();
          return assertThat(claim("consumer", free)).isTrue();
        });

    assertThat(isClaimed("consumer", free)).isTrue();
  }

  /** Method: of the first to claim each message, three roll back, so the claim must pass on. */
  @Test
  void of_16_threads_that_claim_at_once_exactly_one_commits_a_claim() throws Exception {
    for (var round = 0; round < ROUNDS; round++) {
      var id = TestMessages.newId();
      var rollBacksLeft = new AtomicInteger(ROLL_BACKS_PER_ROUND);
      Callable<Boolean> claimOnce = () -> claimOrRollBack(id, rollBacksLeft);
      var commits = 0;
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var done : threads.invokeAll(Collections.nCopies(THREADS, claimOnce))) {
          commits += done.get() ? 1 : 0;
        }
      }
      assertThat(commits).as("round %d", round).isEqualTo(1);
      assertThat(rollBacksLeft.get()).as("round %d", round).isNegative();
      assertThat(isClaimed("consumer", id)).isTrue();
    }
  }

  private boolean claimOrRollBack(UUID id, AtomicInteger rollBacksLeft) {
    try {
      return inTransaction()
          .run(() -> {
            var mine = claim("consumer", id);
            if (mine && rollBacksLeft.decrementAndGet() >= 0) {
              throw new RolledBack();
            }
            return mine;
          });
    } catch (RolledBack _) {
      return false;
    }
  }

  private boolean claimAndCommit(String consumer, UUID id) {
    return inTransaction().run(() -> claim(consumer, id));
  }
}
