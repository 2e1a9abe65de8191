package onceward.messaging.tests.killed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import onceward.messaging.subscription.Versions;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: every message has its effect once, and those of an aggregate in the order of their
 * versions, wherever the consumer is killed.
 *
 * <p>Method: real processes, under load, killed by SIGKILL at every point, in an order made by
 * chance from a seed. What they are killed at is set up from outside: the library has no hooks.
 */
class KilledConsumerTest {

  private static final int KILLS = Integer.getInteger("messaging.kills", 1);
  private static final long SEED = Long.getLong("messaging.kills.seed", System.currentTimeMillis());

  /** Unchecked, the inbox alone keeps a second effect out. */
  private static final Versions VERSIONS =
      Versions.valueOf(System.getProperty("messaging.kills.versions", "GAPLESS"));

  /** The first few batches after a start, so that many of them are what the last one left. */
  private static final int BATCHES_MAX = 12;

  private static final int MESSAGES_MAX = 200;

  /** So late that every partition has got on before. */
  private static final int LATE = 60;

  private static final int REST_SECONDS = 300;

  private record Kill(Point point, int hit) {}

  @TempDir private Path directory;
  private final Random random = new Random(SEED);
  private final TestService service = TestService.create("killed", "killed.events");
  private final LedgerReader ledger = new LedgerReader(service);

  @AfterEach
  void dropSlot() {
    service.close();
  }

  @Test
  void every_message_has_one_effect_in_order_wherever_its_consumer_is_killed() throws Exception {
    var kills = kills();
    System.out.printf("%d kills, again with -Dmessaging.kills.seed=%d%n", kills.size(), SEED);
    var programs = new LedgerPrograms(service, "killed.events", VERSIONS, directory);
    var load = new Load("killed");
    try (load) {
      load.publish();
      programs.prepare(() -> ledger.count("ledger") == load.size());
      load.start();
      for (var kill : kills) {
        kill(kill, programs);
      }
    }
    handleTheRest(programs, load);

    assertThat(ledger.entriesByAggregate(load.published())).isEqualTo(load.published());
    assertThat(ledger.count("inbox")).isEqualTo(load.size());
    assertThat(ledger.count("dead_letter")).isZero();
    assertThat(ledger.count("parked_message")).isZero();
  }

  private List<Kill> kills() {
    var kills = new ArrayList<Kill>();
    for (var point : Point.values()) {
      for (var kill = 0; kill < KILLS; kill++) {
        kills.add(new Kill(point, 1 + random.nextInt(hitMax(point))));
      }
    }
    Collections.shuffle(kills, random);
    return kills;
  }

  private static int hitMax(Point point) {
    return switch (point) {
      case CLAIMED, HANDLED -> MESSAGES_MAX;
      case POLLED, COMMITTING, COMMITTED -> BATCHES_MAX;
    };
  }

  /**
   * A message at which four processes in a row were killed alone would rightly become a dead
   * letter: a partition that has come near to that gets on before the next kill.
   */
  private void kill(Kill kill, LedgerPrograms programs) throws Exception {
    var hit = ledger.startsAlone() > 1 ? kill.hit() + LATE : kill.hit();
    try (var program = programs.start(kill.point(), hit)) {
      program.awaitAt(kill.point());
      program.kill();
    }
  }

  private void handleTheRest(LedgerPrograms programs, Load load) throws Exception {
    try (var program = programs.start()) {
      await("all is handled by " + program)
          .atMost(REST_SECONDS, SECONDS)
          .untilAsserted(() -> assertThat(ledger.count("inbox")).isEqualTo(load.size()));
      program.stop();
    }
  }
}
