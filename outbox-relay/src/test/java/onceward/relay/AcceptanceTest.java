package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;

import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.Test;

/** An operator's word holds for one start and one reason, and is not lost on the way. */
class AcceptanceTest {

  private final Acceptance acceptance = new Acceptance();

  @Test
  void it_is_used_up_by_the_start_that_took_it() {
    acceptance.accept(StopReason.SLOT_AHEAD);
    assertThat(acceptance.take()).isEqualTo(StopReason.SLOT_AHEAD);
    acceptance.use();
    assertThat(acceptance.take()).isNull();
  }

  @Test
  void what_comes_after_a_start_has_begun_is_for_the_next() {
    assertThat(acceptance.take()).isNull();
    acceptance.accept(StopReason.SLOT_AHEAD);
    acceptance.use();
    acceptance.keepFor(StopReason.SLOT_AHEAD);
    assertThat(acceptance.take()).isEqualTo(StopReason.SLOT_AHEAD);
  }

  @Test
  void it_does_not_hold_for_another_reason() {
    acceptance.accept(StopReason.SLOT_AHEAD);
    acceptance.keepFor(StopReason.DATABASE_REWOUND);
    assertThat(acceptance.take()).isNull();
  }

  @Test
  void it_is_dropped_when_nothing_needs_it() {
    acceptance.take();
    acceptance.accept(StopReason.SLOT_AHEAD);
    acceptance.use();
    acceptance.drop();
    assertThat(acceptance.take()).isNull();
  }
}
