package onceward.relay.move;

import java.util.Optional;
import onceward.relay.position.Move;
import onceward.relay.position.Position;
import onceward.relay.source.Fence;
import org.jspecify.annotations.Nullable;

/**
 * How a move stands.
 *
 * @param position the last one that was written down; null if none was
 * @param fence of the database that the relay is connected to
 */
public record MoveState(MoveStage stage, @Nullable Position position, Fence fence) {

  static MoveState of(Optional<Position> position, Fence fence) {
    return new MoveState(MoveStage.of(position, fence), position.orElse(null), fence);
  }

  /** The move, if one is requested. */
  public Optional<Move> move() {
    return Optional.ofNullable(position).map(Position::move);
  }

  /** How many bytes of log there are between what is published and the end of the log. */
  public long unpublishedBytes() {
    return position == null || stage == MoveStage.ARRIVES
        ? 0
        : Math.max(0, fence.writtenTo().value() - position.confirmable().value());
  }
}
