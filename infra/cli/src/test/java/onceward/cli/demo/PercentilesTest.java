package onceward.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PercentilesTest {

  @Test
  void are_those_by_nearest_rank_whatever_the_order() {
    List<Duration> durations =
        IntStream.rangeClosed(1, 200).mapToObj(i -> Duration.ofMillis(201 - i)).toList();

    assertThat(Percentiles.of(durations)).isEqualTo(new Percentiles(200, 100, 190, 198, 200));
  }

  @Test
  void of_nothing_are_zero() {
    assertThat(Percentiles.of(List.of())).isEqualTo(new Percentiles(0, 0, 0, 0, 0));
  }
}
