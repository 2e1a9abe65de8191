package onceward.benchmarks.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import onceward.benchmarks.Latency;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Percentiles are those of the durations, and a schedule does not wait for anybody. */
final class LatencyTest {

  private static final Percentage DIGITS = Percentage.withPercentage(0.1);

  @Test
  void percentiles_are_those_of_all_that_was_added() {
    var low = ofMs(1, 500);
    low.add(ofMs(501, 1_000));

    assertThat(low.count()).isEqualTo(1_000);
    assertThat(low.ms(50)).isCloseTo(500, DIGITS);
    assertThat(low.ms(99)).isCloseTo(990, DIGITS);
    assertThat(low.ms(99.9)).isCloseTo(999, DIGITS);
    assertThat(low.ms(100)).isCloseTo(1_000, DIGITS);
  }

  @Test
  void what_came_before_it_was_expected_counts_as_nothing() {
    var latency = new Latency();

    latency.add(-1_000_000);

    assertThat(latency.count()).isEqualTo(1);
    assertThat(latency.ms(100)).isZero();
  }

  @Test
  void rows_are_due_at_a_constant_rate() {
    var schedule = new Schedule(400, 20, 60);

    assertThat(schedule.rows()).isEqualTo(32_000);
    assertThat(schedule.firstMeasured()).isEqualTo(8_000);
    assertThat(schedule.dueNanos(8_001) - schedule.dueNanos(8_000)).isEqualTo(2_500_000);
    assertThat(schedule.dueNanos(31_999)).isEqualTo(79_997_500_000L);
  }

  @Test
  void a_key_and_its_version_tell_the_row() {
    var rows = new Rows("thing", 7);

    assertThat(IntStream.range(0, 100))
        .allMatch(row -> rows.row(rows.key(row), rows.version(row)) == row);
    assertThat(rows.version(6)).isEqualTo(1);
    assertThat(rows.version(7)).isEqualTo(2);
  }

  private static Latency ofMs(int from, int to) {
    var latency = new Latency();
    IntStream.rangeClosed(from, to).forEach(ms -> latency.add(ms * 1_000_000L));
    return latency;
  }
}
