package onceward.benchmarks.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Relays take turns, and none always follows the same. */
final class TurnsTest {

  @Test
  void each_turn_begins_with_another_relay() {
    var all = List.of("one", "two", "three");

    assertThat(Turns.order(all, 0)).containsExactly("one", "two", "three");
    assertThat(Turns.order(all, 1)).containsExactly("two", "three", "one");
    assertThat(Turns.order(all, 2)).containsExactly("three", "one", "two");
    assertThat(Turns.order(all, 3)).containsExactly("one", "two", "three");
  }

  @Test
  void each_relay_has_all_of_its_turns_under_its_own_name() {
    var taken = new ArrayList<String>();
    var one = new Named("one");
    var two = new Named("two");

    var done =
        new Turns(List.of(one, two), 3)
            .take(
                "nothing",
                relay -> {
                  taken.add(relay.name());
                  return relay.name() + taken.size();
                });

    assertThat(taken).containsExactly("one", "two", "two", "one", "one", "two");
    assertThat(done.keySet()).containsExactly(one, two);
    assertThat(done.get(one)).containsExactly("one1", "one4", "one5");
    assertThat(done.get(two)).containsExactly("two2", "two3", "two6");
  }

  private record Named(String name) implements Relay {

    @Override
    public RelayProcess start(OutboxDatabase database, Path directory) {
      throw new UnsupportedOperationException("nothing is started here");
    }
  }
}
