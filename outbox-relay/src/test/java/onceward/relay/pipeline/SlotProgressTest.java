package onceward.relay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import onceward.relay.position.Lsn;
import onceward.relay.source.DatabaseFacts.Slot;
import org.junit.jupiter.api.Test;

/** Who holds the slot and does not move it is no relay that one can stand by for. */
class SlotProgressTest {

  @Test
  void a_slot_that_stands_still_is_moved_by_nobody() {
    var watch = new SlotProgress(Duration.ofHours(1), OptionalLong::empty);

    assertThat(watch.sees(slot(7))).isFalse();
    assertThat(watch.sees(slot(7))).isFalse();
    assertThat(watch.sees(slot(8))).isTrue();
    assertThat(watch.sees(slot(8))).isTrue();
  }

  @Test
  void nor_is_one_that_moved_long_ago() {
    var watch = new SlotProgress(Duration.ZERO, () -> OptionalLong.of(7));

    assertThat(watch.sees(slot(7))).isFalse();
    assertThat(watch.sees(slot(8))).isFalse();
  }

  @Test
  void positions_are_not_asked_for_while_the_slot_may_well_move() {
    var watch =
        new SlotProgress(
            Duration.ofHours(1),
            () -> {
              throw new AssertionError("asked");
            });

    assertThat(watch.sees(slot(7))).isFalse();
    assertThat(watch.sees(slot(8))).isTrue();
  }

  private static Slot slot(long confirmed) {
    return new Slot(
        "pgoutput",
        "shop",
        "reserved",
        null,
        4711,
        new Lsn(confirmed),
        0,
        false,
        false,
        List.of(),
        false);
  }
}
