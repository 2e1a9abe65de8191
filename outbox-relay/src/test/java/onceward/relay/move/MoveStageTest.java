package onceward.relay.move;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import onceward.relay.position.Departure;
import onceward.relay.position.IdDigest;
import onceward.relay.position.Lsn;
import onceward.relay.position.Move;
import onceward.relay.position.Position;
import onceward.relay.source.Fence;
import org.junit.jupiter.api.Test;

/** How far a pipeline has come is told by its position and by the database alone. */
class MoveStageTest {

  private static final Position POSITION =
      new Position("shop_outbox", "1", 1, "", 7, new Lsn(100), null);
  private static final Move REQUESTED = new Move("ada", Instant.EPOCH);
  private static final Move LEFT =
      REQUESTED.leaving(new Departure(new Lsn(90), IdDigest.NONE, IdDigest.NONE));

  @Test
  void without_a_request_it_stays_fenced_or_not() {
    assertThat(MoveStage.of(Optional.empty(), fence("1", false))).isEqualTo(MoveStage.STAYS);
    assertThat(MoveStage.of(Optional.of(POSITION), fence("1", true))).isEqualTo(MoveStage.STAYS);
    assertThat(MoveStage.of(Optional.of(POSITION), fence("2", true))).isEqualTo(MoveStage.STAYS);
  }

  @Test
  void with_a_request_it_drains_once_the_fence_holds() {
    assertThat(of(REQUESTED, fence("1", false))).isEqualTo(MoveStage.AWAITS_FENCE);
    assertThat(of(REQUESTED, fence("1", true))).isEqualTo(MoveStage.DRAINS);
  }

  @Test
  void once_it_has_left_the_cluster_says_where_it_is() {
    assertThat(of(LEFT, fence("1", true))).isEqualTo(MoveStage.LEFT);
    assertThat(of(LEFT, fence("1", false))).isEqualTo(MoveStage.LEFT);
    assertThat(of(LEFT, fence("2", false))).isEqualTo(MoveStage.ARRIVES);
  }

  private static MoveStage of(Move move, Fence fence) {
    return MoveStage.of(Optional.of(POSITION.moving(move)), fence);
  }

  private static Fence fence(String cluster, boolean holds) {
    return new Fence(cluster, holds ? "1@2" : "", holds, new Lsn(120), 0);
  }
}
