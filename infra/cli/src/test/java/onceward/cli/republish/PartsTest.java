package onceward.cli.republish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import onceward.ledger.verify.Shortage;
import org.junit.jupiter.api.Test;

class PartsTest {

  @Test
  void more_than_one_request_takes_needs_the_word_of_the_operator() {
    assertThat(Parts.objection(plan(3, 0), false)).isEmpty();
    assertThat(Parts.objection(plan(3, 2), true)).isEmpty();
    assertThat(Parts.objection(plan(3, 2), false))
        .hasValueSatisfying(why ->
            assertThat(why)
                .contains("5 messages are missing, and one request takes 3")
                .contains("--in-parts")
                .contains("--since"));
  }

  @Test
  void one_request_follows_the_other_until_nothing_is_missing() throws Exception {
    var carried = new ArrayList<Shortage>();
    var plans = new ArrayDeque<>(List.of(plan(3, 1), plan(1, 0)));

    var exit =
        Parts.run(
            plan(3, 4),
            plans::remove,
            plan -> {
              carried.add(plan);
              return 0;
            });

    assertThat(exit).isZero();
    assertThat(carried).extracting(Shortage::beyond).containsExactly(4L, 1L, 0L);
    assertThat(plans).isEmpty();
  }

  @Test
  void a_request_that_does_not_publish_all_is_the_last() throws Exception {
    var carried = new ArrayList<Shortage>();

    var exit =
        Parts.run(
            plan(3, 4),
            () -> plan(3, 4),
            plan -> {
              carried.add(plan);
              return 1;
            });

    assertThat(exit).isEqualTo(1);
    assertThat(carried).hasSize(1);
  }

  private static Shortage plan(int messages, long beyond) {
    var ids = new ArrayList<UUID>();
    for (int i = 0; i < messages; i++) {
      ids.add(new UUID(0, i));
    }
    return new Shortage(Instant.EPOCH, List.of(), ids, beyond, List.of());
  }
}
