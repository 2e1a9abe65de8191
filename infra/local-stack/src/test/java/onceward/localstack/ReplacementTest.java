package onceward.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import onceward.localstack.postgres.ClusterTimeline;
import org.junit.jupiter.api.Test;

/** Whether the server of a stack was replaced, by what relays have written down. */
final class ReplacementTest {

  private static final ClusterTimeline OWN = new ClusterTimeline("7", 2);

  @Test
  void a_later_timeline_of_the_same_cluster_has_replaced_it() {
    assertThat(
            Replacement.judge(
                OWN, List.of(position("auth", "7", 3), position("user", "7", 4), "?", "{}")))
        .contains(new Replacement(2, 4, "user"));
  }

  @Test
  void neither_its_own_timeline_nor_another_cluster_has() {
    assertThat(
            Replacement.judge(
                OWN,
                List.of(
                    position("auth", "7", 2), position("auth", "7", 1), position("auth", "8", 9))))
        .isEmpty();
    assertThat(Replacement.judge(OWN, List.of())).isEmpty();
  }

  private static String position(String slot, String system, int timeline) {
    return "{\"slot\":\"%s\",\"systemIdentifier\":\"%s\",\"timeline\":%d}"
        .formatted(slot, system, timeline);
  }
}
