package onceward.relay.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: what is committed is published, in order, and nothing else is, wherever the relay is
 * killed.
 *
 * <p>Method: real processes, under load, that end themselves at every point, in an order made by
 * chance from a seed, while the outbox gets columns. The relay has no hooks: its parts are wrapped.
 */
class KilledRelayTest {

  private static final int KILLS = Integer.getInteger("relay.kills", 1);

  /** Batches, of which all but the last are published. */
  private static final int FEW = 3;

  /** Of all, so that they share the archive of loaded classes. */
  @TempDir private static Path directory;

  @ParameterizedTest
  @EnumSource
  void nothing_is_lost_or_invented_or_out_of_order_wherever_the_relay_is_killed(Delivery delivery)
      throws Exception {
    var begun = System.nanoTime();
    System.out.printf(
        "%s: %d kills at each of %d points, again with -Drelay.kills.seed=%d%n",
        delivery, KILLS, Point.values().length, RelaySeries.SEED);

    try (var series = new RelaySeries(directory, delivery, Lie.NONE)) {
      var audit = series.kill(KILLS, Point.values());

      System.out.printf(
          "%s: %d kills in %d s, %d messages, %d duplicates%n",
          delivery,
          KILLS * Point.values().length,
          Duration.ofNanos(System.nanoTime() - begun).toSeconds(),
          audit.committed(),
          audit.duplicates());
      audit.assertFine();
      if (!delivery.repeats()) {
        assertThat(audit.duplicates()).isZero();
      }
    }
  }

  @Test
  void a_relay_that_acknowledges_too_early_is_found_to_lose_messages() throws Exception {
    try (var series = new RelaySeries(directory, Delivery.AT_LEAST_ONCE, Lie.LATE)) {
      // When the next one is captured the slot has been told of all that were acknowledged.
      var audit = series.killOnce(Point.CAPTURED, Lie.LATE_BATCHES + 1);
      assertThat(audit.lost()).isNotEmpty();
    }
  }

  @Test
  void a_relay_that_renames_messages_is_found_to_invent_and_lose_them() throws Exception {
    try (var series = new RelaySeries(directory, Delivery.AT_LEAST_ONCE, Lie.NEW_IDS)) {
      var audit = series.killOnce(Point.CAPTURED, FEW);
      assertThat(audit.ghosts()).isNotEmpty();
    }
  }

  @Test
  void a_relay_that_publishes_backwards_is_found_out_of_order() throws Exception {
    try (var series = new RelaySeries(directory, Delivery.AT_LEAST_ONCE, Lie.BACKWARDS)) {
      // Its first batch is of what was appended while it started, so of some keys more than once.
      var audit = series.killOnce(Point.CAPTURED, FEW);
      assertThat(audit.lost()).isEmpty();
      assertThat(audit.ghosts()).isEmpty();
      assertThat(audit.outOfOrder()).isNotEmpty();
    }
  }
}
