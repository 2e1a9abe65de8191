package onceward.relay.pipeline;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import onceward.relay.capture.Capture;
import onceward.relay.move.Moves;
import onceward.relay.position.Position;
import onceward.relay.preflight.Preflight;
import onceward.relay.publish.DeadLetters;
import onceward.relay.publish.Publisher;
import onceward.relay.quarantine.ParkedMessages;
import onceward.relay.quarantine.Quarantine;
import onceward.relay.republish.RepublishRequests;
import onceward.relay.republish.RepublishTables;
import onceward.relay.source.HoldingsLook;
import onceward.relay.source.SourceDatabase;

/** What a pipeline is built of, anew after every failure. */
public interface PipelineParts {

  /** Below the 30 s within which a stall must be seen, by a move of the canary and a look. */
  Duration SILENCE_MAX = Duration.ofSeconds(20);

  SourceDatabase database();

  Preflight preflight();

  /** The messages that are held back. */
  ParkedMessages parked();

  /** The same, for operators. */
  Quarantine quarantine();

  /** The topic of quarantined messages. */
  DeadLetters deadLetters();

  /** The requests to republish, for the relay that carries them out. */
  RepublishTables republish();

  /** The same, for operators. */
  RepublishRequests republishRequests();

  /** What the database holds, for a pipeline that is to leave it. */
  HoldingsLook holdings();

  /** How the move to another cluster stands, for operators. */
  Moves moves();

  /** How often the canary is moved. */
  Duration canaryInterval();

  /** How often, at most, the slot is let move; zero for with every batch. */
  Duration checkpointInterval();

  /** After how long without any sign of progress a pipeline has stalled. */
  default Duration silenceMax() {
    return SILENCE_MAX;
  }

  /** A new publisher, with connections of its own. */
  Publisher publisher();

  /**
   * A new capture, which goes on behind a position.
   *
   * @param discarded rows that are passed over where they cannot be read
   */
  Capture capture(Position from, Set<UUID> discarded);
}
