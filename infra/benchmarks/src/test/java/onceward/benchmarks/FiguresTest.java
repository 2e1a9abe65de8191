package onceward.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Figures of the same kind are printed beside one another. */
final class FiguresTest {

  @Test
  void entries_are_columns_and_what_one_lacks_is_empty() {
    var text =
        Figures.besideOneAnother(
            List.of(Map.of("name", "one", "rows", 5), Map.of("name", "other")));

    assertThat(text.lines().map(line -> line.strip().replaceAll(" +", " ")))
        .containsExactlyInAnyOrder("", "name one other", "rows 5");
  }
}
