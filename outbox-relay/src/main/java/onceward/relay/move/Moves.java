package onceward.relay.move;

import java.util.Optional;
import onceward.relay.position.Departure;
import onceward.relay.position.Position;
import onceward.relay.preflight.Preflight;
import onceward.relay.publish.KafkaAwayException;
import onceward.relay.publish.Positions;
import onceward.relay.source.DatabaseException;
import onceward.relay.source.HoldingsLook;
import onceward.relay.source.Shard;

/** How moves stand, for operators. Changes nothing. Safe for use by many threads. */
public final class Moves {

  private final Shard shard;
  private final Positions positions;
  private final HoldingsLook database;
  private final Preflight preflight;

  public Moves(Shard shard, Positions positions, HoldingsLook database, Preflight preflight) {
    this.shard = shard;
    this.positions = positions;
    this.database = database;
    this.preflight = preflight;
  }

  /** The slot of the pipeline, which has the same name in each cluster. */
  public String slot() {
    return shard.slot();
  }

  /**
   * Whether the pipeline may be asked to move: the outbox can be copied once all pipelines have
   * left it, and each knows of itself only.
   */
  public boolean isSupported() {
    return !shard.isPart();
  }

  /** The command that has the outbox refuse every insert, for the owner of the table. */
  public String makeFence() {
    return preflight.makeFence();
  }

  /** The command that lets rows be appended again. */
  public String dropFence() {
    return preflight.dropFence();
  }

  /**
   * How the move of this pipeline stands.
   *
   * @throws KafkaAwayException if Kafka does not answer
   * @throws DatabaseException if the database does not answer
   */
  public MoveState look() {
    return MoveState.of(positions.read(slot()), database.fence());
  }

  /**
   * How the outbox differs from the one that the pipeline has left, in one sentence: rows that
   * slipped past the fence. Reads all ids.
   *
   * @return empty if nothing differs, or the pipeline has not left
   * @throws KafkaAwayException if Kafka does not answer
   * @throws DatabaseException if the database does not answer
   */
  public Optional<String> difference() {
    return positions
        .read(slot())
        .flatMap(Position::departure)
        .map(Departure::outbox)
        .flatMap(left -> Preflight.difference(left, database.read(_ -> {}).outbox()));
  }
}
