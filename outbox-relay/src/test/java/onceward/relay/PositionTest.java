package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;

import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import org.junit.jupiter.api.Test;

/** What comes again after a failure is told from what had not come before. */
class PositionTest {

  private static final Position EARLIER = position(7, 100, 120);

  @Test
  void a_beat_or_a_commit_that_had_not_come_is_beyond() {
    assertThat(position(8, 90, 95).isBeyond(EARLIER)).isTrue();
    assertThat(position(0, 130, 140).isBeyond(EARLIER)).isTrue();
  }

  @Test
  void what_comes_again_is_not_beyond() {
    assertThat(EARLIER.isBeyond(EARLIER)).isFalse();
    assertThat(position(6, 90, 95).isBeyond(EARLIER)).isFalse();
  }

  @Test
  void a_change_that_confirms_itself_because_it_comes_first_is_not_beyond_itself() {
    assertThat(position(7, 120, 120).isBeyond(EARLIER)).isFalse();
  }

  private static Position position(long beat, long confirmable, long change) {
    return new Position(
        "shop", "1", 1, "", beat, new Lsn(confirmable), new LogPlace(null, 7, new Lsn(change), 1));
  }
}
