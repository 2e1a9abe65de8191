package onceward.relay.move;

import java.util.Optional;
import onceward.relay.position.Position;
import onceward.relay.source.Fence;

/** How far a pipeline has come on its way to another cluster. */
public enum MoveStage {

  /** Nobody has requested a move. */
  STAYS,

  /** A move is requested, and rows can still be appended. */
  AWAITS_FENCE,

  /** No row can be appended, and what was committed is being published. */
  DRAINS,

  /** Everything is published and written down. The pipeline stands still at the old cluster. */
  LEFT,

  /** The relay is connected to another cluster than the one that the pipeline has left. */
  ARRIVES;

  /**
   * The stage of a pipeline.
   *
   * @param position the last one that was written down
   * @param fence of the database that the relay is connected to
   */
  static MoveStage of(Optional<Position> position, Fence fence) {
    var move = position.map(Position::move).orElse(null);
    if (move == null) {
      return STAYS;
    }
    if (move.departure().isEmpty()) {
      return fence.holds() ? DRAINS : AWAITS_FENCE;
    }
    return position.get().systemIdentifier().equals(fence.systemIdentifier()) ? LEFT : ARRIVES;
  }
}
