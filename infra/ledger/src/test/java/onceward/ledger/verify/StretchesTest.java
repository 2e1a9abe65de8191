package onceward.ledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import onceward.ledger.verify.Stretches.Stretch;
import org.junit.jupiter.api.Test;

/** Hours are read in few stretches, and none is left out. */
final class StretchesTest {

  @Test
  void hours_next_to_each_other_are_one_stretch() {
    assertThat(stretches(5L, 6L, 7L, 9L)).containsExactly(new Stretch(5, 7), new Stretch(9, 9));
    assertThat(stretches()).isEmpty();
  }

  @Test
  void the_nearest_are_joined_when_there_are_too_many() {
    assertThat(stretches(1L, 10L, 20L, 22L, 40L, 50L))
        .containsExactly(
            new Stretch(1, 10), new Stretch(20, 22), new Stretch(40, 40), new Stretch(50, 50));
  }

  private static List<Stretch> stretches(Long... hours) {
    return Stretches.of(new TreeSet<>(List.of(hours)));
  }
}
