package onceward.messaging.tests.killed;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.inbox.Inbox;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import org.junit.jupiter.api.Test;

/**
 * Goal: of many deliveries of one message at once exactly one has its effect, also when the
 * database connection of the one that claimed it dies.
 *
 * <p>Method: real backends are terminated. Nobody repeats the delivery whose connection died: one
 * of those that waited for its claim must get it.
 */
@MicronautTest(transactional = false)
class OneEffectTest extends LedgerServiceTest {

  private static final String CONSUMER = "one-effect-consumer";
  private static final int DELIVERIES = 16;
  private static final int DEATHS_MAX = 4;
  private static final int ROUNDS = Integer.getInteger("messaging.rounds", 30);
  private static final long SEED = Long.getLong("messaging.kills.seed", System.currentTimeMillis());

  /** When the connection of a delivery dies that has been granted the claim. */
  private enum Death {
    AFTER_CLAIM,
    AFTER_EFFECT,
    /** Asked for by another connection just before the commit: either may come first. */
    DURING_COMMIT
  }

  @Inject TransactionOperations<Connection> transactions;
  @Inject Inbox inbox;
  @Inject Ledger ledger;

  /** Those that are granted the claim take their deaths from here, and live when none is left. */
  private final Queue<Death> deaths = new ConcurrentLinkedQueue<>();

  @Test
  void sixteen_deliveries_at_once_have_one_effect_though_connections_die() throws Exception {
    var random = new Random(SEED);
    var handled = new ArrayList<UUID>();
    var died = 0;
    try (var threads = Executors.newFixedThreadPool(DELIVERIES)) {
      for (var round = 0; round < ROUNDS; round++) {
        var message = happened();
        handled.add(message.id());
        chooseDeaths(random);
        died += deliverAtOnce(message, threads);
        assertThat(service.inbox(CONSUMER).contains(message.id())).as("round %d", round).isTrue();
      }
    }
    assertThat(ledger.entries(CONSUMER)).as("seed %d", SEED).containsExactlyElementsOf(handled);
    assertThat(died).isGreaterThan(ROUNDS / 2);
  }

  private void chooseDeaths(Random random) {
    deaths.clear();
    for (var death = random.nextInt(DEATHS_MAX + 1); death > 0; death--) {
      deaths.add(Death.values()[random.nextInt(Death.values().length)]);
    }
  }

  /** Returns how many of them lost their connection. */
  private int deliverAtOnce(Message message, ExecutorService threads) throws Exception {
    var together = new CyclicBarrier(DELIVERIES);
    Callable<Boolean> delivery =
        () -> {
          together.await();
          return survives(message);
        };
    var died = 0;
    for (var attempt : threads.invokeAll(Collections.nCopies(DELIVERIES, delivery))) {
      died += attempt.get() ? 0 : 1;
    }
    return died;
  }

  /** Fails if the delivery fails without having been told to die. */
  private boolean survives(Message message) {
    var told = new ArrayList<Death>();
    try {
      transactions.executeWrite(transaction -> {
        if (inbox.claim(CONSUMER, message.id())) {
          handle(message, transaction, told);
        }
        return null;
      });
      assertThat(told).doesNotContain(Death.AFTER_CLAIM, Death.AFTER_EFFECT);
      return true;
    } catch (RuntimeException failure) {
      if (told.isEmpty()) {
        throw failure;
      }
      return false;
    }
  }

  private void handle(Message message, TransactionStatus<Connection> transaction, List<Death> told)
      throws SQLException {
    var death = deaths.poll();
    if (death != null) {
      told.add(death);
    }
    if (death == Death.AFTER_CLAIM) {
      terminate(transaction.getConnection(), pid(transaction.getConnection()));
    }
    ledger.enter(CONSUMER, message);
    if (death == Death.AFTER_EFFECT) {
      terminate(transaction.getConnection(), pid(transaction.getConnection()));
    }
    if (death == Death.DURING_COMMIT) {
      try (var another = service.connect()) {
        terminate(another, pid(transaction.getConnection()));
      }
    }
  }

  private static int pid(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement("select pg_backend_pid()")) {
      var row = select.executeQuery();
      row.next();
      return row.getInt(1);
    }
  }

  private static void terminate(Connection by, int pid) throws SQLException {
    try (var select = by.prepareStatement("select pg_terminate_backend(?)")) {
      select.setInt(1, pid);
      select.execute();
    }
  }

  private static Message happened() {
    return new Message(
        TestMessages.newId(),
        "one-effect",
        TestMessages.newId().toString(),
        1,
        "Happened",
        "{}",
        MessageContext.NONE);
  }
}
