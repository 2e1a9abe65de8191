package onceward.relay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.LongStream;
import onceward.relay.pipeline.Simulation.Sabotage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever fails, comes late, twice or not at all, and wherever a relay is killed: nothing is lost
 * (I1), nothing overtakes (I4), exactly once is once, messages flow again within 30 s (I10), and a
 * pipeline that says that messages flow is right within 30 s (I11).
 *
 * <p>{@code relay.simulation.seeds} says how many runs there are, {@code relay.simulation.seed}
 * which one is repeated with a trace of its events.
 */
class SimulationTest {

  private static final int SEEDS = Integer.getInteger("relay.simulation.seeds", 10_000);
  private static final int SABOTAGED_SEEDS = 500;
  private static final int GAPS = 20;

  @Test
  void no_seed_breaks_a_promise() {
    var one = Long.getLong("relay.simulation.seed");
    if (one != null) {
      var simulation = new Simulation(one, Sabotage.NONE, true);
      var broken = simulation.run();
      System.out.println(simulation.trace());
      assertThat(broken).isEmpty();
      return;
    }
    assertThat(firstBroken(SEEDS, Sabotage.NONE)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void what_is_taken_away_is_noticed(Sabotage sabotage) {
    assertThat(firstBroken(SABOTAGED_SEEDS, sabotage)).isPresent();
  }

  /** The slot repeats its last transaction first, at every start. */
  @ParameterizedTest
  @ValueSource(ints = {30, 70, 500})
  void a_server_that_reads_long_behind_what_it_repeats_comes_to_the_end(int seconds) {
    for (var seed = 1; seed <= GAPS; seed++) {
      assertThat(new Simulation(seed, Sabotage.NONE, false).runWithGap(Duration.ofSeconds(seconds)))
          .as("seed %d", seed)
          .isEmpty();
    }
  }

  /** Seeds that are near each other must not give runs of one kind. */
  @Test
  void seeds_give_every_kind_of_run() {
    assertThat(
            LongStream.rangeClosed(1, SABOTAGED_SEEDS)
                .mapToObj(seed -> new Simulation(seed, Sabotage.NONE, false).kind())
                .distinct())
        .hasSize(2 * 2 * 2);
  }

  private static Optional<String> firstBroken(int seeds, Sabotage sabotage) {
    return LongStream.rangeClosed(1, seeds)
        .parallel()
        .mapToObj(seed ->
            new Simulation(seed, sabotage, false)
                .run()
                .map(broken -> "seed " + seed + ": " + broken))
        .flatMap(Optional::stream)
        .findAny();
  }
}
