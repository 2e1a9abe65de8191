package onceward.relay.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: a deployment costs nothing. Relays that are ended in good order, one after another under
 * load, lose nothing and repeat no more than the last transaction of each, or nothing at all.
 */
class RestartedRelayTest {

  private static final int RESTARTS = Integer.getInteger("relay.restarts", 1);

  @TempDir private static Path directory;

  @ParameterizedTest
  @EnumSource
  void a_relay_that_is_ended_in_good_order_leaves_nothing_for_the_next_to_mend(Delivery delivery)
      throws Exception {
    try (var series = new RelaySeries(directory, delivery, Lie.NONE)) {
      var audit = series.restart(RESTARTS);

      System.out.printf(
          "%s: %d restarts, %d messages, %d duplicates%n",
          delivery, RESTARTS, audit.committed(), audit.duplicates());
      audit.assertFine();
      audit.assertCovered();
      var starts = RESTARTS + 1;
      assertThat(audit.duplicates())
          .isLessThanOrEqualTo(delivery.repeats() ? starts * Writers.ROWS_MAX : 0);
    }
  }
}
