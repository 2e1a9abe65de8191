package onceward.relay.stop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RemediesTest {

  private static final String ACCEPT = Remedies.accept("shop");
  private static final String AHEAD = Remedies.bringBackAndAccept("shop", StopReason.SLOT_AHEAD);

  @Test
  void what_one_of_several_stops_needs_comes_before_the_accept() {
    assertThat(Remedies.together(List.of(ACCEPT))).isEqualTo(ACCEPT);
    assertThat(Remedies.together(List.of(ACCEPT, AHEAD))).isEqualTo(AHEAD);
    assertThat(
            Remedies.together(
                List.of(ACCEPT, AHEAD, deleted("a.events", 3), deleted("b.events", 6))))
        .isEqualTo(
            "infra/onceward topic create a.events --partitions 3 && infra/onceward topic create b.events --partitions 6 && "
                + AHEAD);
  }

  @Test
  void a_step_that_nobody_can_paste_stands_alone() {
    assertThat(Remedies.together(List.of("start the old server", AHEAD)))
        .isEqualTo("start the old server");
    assertThat(Remedies.together(List.of(AHEAD, "start the old server"))).isEqualTo(AHEAD);
  }

  private static String deleted(String topic, int partitions) {
    return Remedies.createBringBackAndAccept(topic, partitions, "shop", StopReason.TOPIC_CHANGED);
  }
}
