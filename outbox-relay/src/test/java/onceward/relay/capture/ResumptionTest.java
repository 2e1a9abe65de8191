package onceward.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is behind a position is told by transaction and place, in whatever order commits came. */
class ResumptionTest {

  /** Of transaction 7, at 100, when the last commit had ended at 150. */
  private static final Position POSITION =
      new Position(
          "shop", "1", 1, "", 0, new Lsn(150), new LogPlace(new Lsn(150), 7, new Lsn(100), 2));

  @Test
  void all_is_new_without_a_position() {
    var first = new Position("shop", "1", 1, "", 0, new Lsn(150), null);
    assertThat(new Resumption("shop", first).isNew(change(7, 100, null))).isTrue();
  }

  @Test
  void what_comes_before_the_positions_transaction_is_not_new_wherever_it_lies() {
    var resumption = new Resumption("shop", POSITION);

    assertThat(resumption.isNew(change(6, 140, null))).isFalse();
    assertThat(resumption.isNew(change(7, 90, 150L))).isFalse();
    var first = change(7, 100, 150L);
    var second = change(7, 100, 150L).following(first);
    var third = change(7, 100, 150L).following(second);
    assertThat(resumption.isNew(first)).isFalse();
    assertThat(resumption.isNew(second)).isFalse();
    assertThat(resumption.isNew(third)).isTrue();
  }

  @Test
  void what_comes_after_the_positions_transaction_is_new_wherever_it_lies() {
    var resumption = new Resumption("shop", POSITION);

    assertThat(resumption.isNew(change(7, 100, null))).isFalse();
    assertThat(resumption.isNew(change(5, 80, 200L))).isTrue();
  }

  @Test
  void until_something_new_comes_the_position_stays() {
    var resumption = new Resumption("shop", POSITION);
    var old = change(7, 90, 150L);
    var fresh = change(7, 110, 150L);

    resumption.isNew(old);
    assertThat(resumption.behind(old)).isEqualTo(POSITION.place());
    resumption.isNew(fresh);
    assertThat(resumption.behind(fresh)).isEqualTo(fresh);
  }

  @Test
  void a_stream_that_lacks_the_positions_transaction_is_refused() {
    var resumption = new Resumption("shop", POSITION);

    assertThat(resumption.isNew(change(6, 140, 150L))).isFalse();
    assertThatThrownBy(() -> resumption.isNew(change(8, 210, 200L)))
        .isInstanceOf(StoppedException.class)
        .hasMessageContaining("slot-ahead")
        .hasMessageContaining("not transaction 7");
  }

  private static LogPlace change(long transaction, long change, @Nullable Long lastCommit) {
    return new LogPlace(
        lastCommit == null ? null : new Lsn(lastCommit), transaction, new Lsn(change), 1);
  }
}
