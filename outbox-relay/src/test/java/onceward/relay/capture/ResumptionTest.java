package onceward.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is behind a position is told by transaction and place, in whatever order commits came. */
class ResumptionTest {

  /** Of transaction 7, at 100, when the last commit had ended at 150. */
  private static final Position POSITION =
      new Position("shop", "1", 1, "", 0, new Lsn(150), Map.of("txId", 7, "lsn", 100, "nth", 2));

  @Test
  void all_is_new_without_a_position() {
    assertThat(new Resumption("shop", null).isNew(change(7, 100, null))).isTrue();
    var first = new Position("shop", "1", 1, "", 0, new Lsn(150), Map.of());
    assertThat(new Resumption("shop", first).isNew(change(7, 100, null))).isTrue();
  }

  @Test
  void what_comes_before_the_positions_transaction_is_not_new_wherever_it_lies() {
    var resumption = new Resumption("shop", POSITION);

    assertThat(resumption.isNew(change(6, 140, null))).isFalse();
    assertThat(resumption.isNew(change(7, 90, 150L))).isFalse();
    assertThat(resumption.isNew(change(7, 100, 150L))).isFalse();
    assertThat(resumption.isNew(change(7, 100, 150L))).isFalse();
    assertThat(resumption.isNew(change(7, 100, 150L))).isTrue();
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
    assertThat(resumption.behind(old)).isEqualTo(POSITION.resume());
    resumption.isNew(fresh);
    assertThat(resumption.behind(fresh)).containsEntry("lsn", 110L).containsEntry("nth", 1L);
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

  private static Map<String, Object> change(long transaction, long lsn, @Nullable Long lastCommit) {
    var offset = new HashMap<String, Object>();
    offset.put("txId", transaction);
    offset.put("lsn", lsn);
    offset.put("lsn_commit", lastCommit);
    return offset;
  }
}
