package onceward.relay.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: what is committed is published, in order, and nothing else is, wherever the relay is
 * killed.
 *
 * <p>Method: real processes, under load, that end themselves at every point, in an order made by
 * chance from a seed, while the outbox gets columns. The relay has no hooks: its parts are wrapped.
 * Both modes are killed where they differ and one of them everywhere; with {@code relay.kills},
 * which says how often, both everywhere.
 */
class KilledRelayTest {

  private static final String KILLS_ASKED_FOR = "relay.kills";
  private static final int KILLS = Integer.getInteger(KILLS_ASKED_FOR, 1);

  /** Where it depends on the mode what is left of a batch. */
  private static final Point[] MODAL = {Point.SENDING, Point.SENT, Point.PUBLISHED};

  /** Batches, of which all but the last are published. */
  private static final int FEW = 3;

  @TempDir private static Path directory;

  @ParameterizedTest
  @EnumSource
  @Tag("every-postgres")
  void nothing_is_lost_or_invented_or_out_of_order_wherever_the_relay_is_killed(Delivery delivery)
      throws Exception {
    var points = points(delivery);
    var begun = System.nanoTime();
    System.out.printf(
        "%s: %d kills at each of %d points, again with -Drelay.kills.seed=%d%n",
        delivery, KILLS, points.length, RelaySeries.SEED);

    try (var series = new RelaySeries(directory, delivery, Lie.NONE)) {
      var audit = series.kill(KILLS, points);

      System.out.printf(
          "%s: %d kills in %d s, %d messages, %d duplicates%n",
          delivery,
          KILLS * points.length,
          Duration.ofNanos(System.nanoTime() - begun).toSeconds(),
          audit.committed(),
          audit.duplicates());
      audit.assertFine();
      audit.assertCovered();
      if (!delivery.repeats()) {
        assertThat(audit.duplicates()).isZero();
      }
    }
  }

  private static Point[] points(Delivery delivery) {
    var few = delivery.repeats() && System.getProperty(KILLS_ASKED_FOR) == null;
    return few ? MODAL : Point.values();
  }

  @Test
  void a_relay_that_acknowledges_too_early_is_found_to_lose_messages() throws Exception {
    try (var series = new RelaySeries(directory, Delivery.AT_LEAST_ONCE, Lie.LATE)) {
      // When the next one is captured the slot has been told of all that were acknowledged.
      var audit = series.killOnce(Point.CAPTURED, Lie.LATE_BATCHES + 1);
      assertThat(audit.lost()).isPositive();
    }
  }

  @Test
  @EnabledIfSystemProperty(named = KILLS_ASKED_FOR, matches = "\\d+")
  void a_relay_that_renames_messages_is_found_to_invent_and_lose_them() throws Exception {
    try (var series = new RelaySeries(directory, Delivery.AT_LEAST_ONCE, Lie.NEW_IDS)) {
      var audit = series.killOnce(Point.CAPTURED, FEW);
      assertThat(audit.ghosts()).isPositive();
    }
  }

  @Test
  @EnabledIfSystemProperty(named = KILLS_ASKED_FOR, matches = "\\d+")
  void a_relay_that_publishes_backwards_is_found_out_of_order() throws Exception {
    try (var series = new RelaySeries(directory, Delivery.AT_LEAST_ONCE, Lie.BACKWARDS)) {
      // Its first batch is of what was appended while it started, so of some keys more than once.
      var audit = series.killOnce(Point.CAPTURED, FEW);
      assertThat(audit.lost()).isZero();
      assertThat(audit.ghosts()).isZero();
      assertThat(audit.outOfOrder()).isPositive();
    }
  }
}
