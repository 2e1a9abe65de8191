package onceward.benchmarks.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** The figures of several turns become one, or are refused. */
final class OutcomesTest {

  private static final LedgerCheck COMPLETE = new LedgerCheck(List.of());

  private record Found(double figure, LedgerCheck check) implements Outcome {}

  @Test
  void the_median_is_the_one_in_the_middle_or_between_the_two() {
    assertThat(found(5, 1, 100).median(Found::figure)).isEqualTo(5);
    assertThat(found(5, 1, 100, 7).median(Found::figure)).isEqualTo(6);
    assertThat(found(5, 1, 100, 7).max(Found::figure)).isEqualTo(100);
    assertThat(found(5.12345).each(Found::figure)).containsExactly(5.123);
  }

  @Test
  void figures_count_if_all_rows_arrived_once_in_every_turn() {
    assertThat(found(1, 2).refusal()).isEmpty();
  }

  @Test
  void one_turn_that_lost_a_row_is_enough_to_refuse() {
    var lossy = new Found(9, new LedgerCheck(List.of("1 rows: not in the topic")));

    assertThat(new Outcomes<>(List.of(new Found(1, COMPLETE), lossy)).refusal())
        .hasValue("1 rows: not in the topic");
  }

  private static Outcomes<Found> found(double... figures) {
    return new Outcomes<>(
        DoubleStream.of(figures).mapToObj(figure -> new Found(figure, COMPLETE)).toList());
  }
}
