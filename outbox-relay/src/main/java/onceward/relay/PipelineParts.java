package onceward.relay;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import onceward.relay.capture.Capture;
import onceward.relay.database.ParkedMessages;
import onceward.relay.database.Quarantine;
import onceward.relay.database.SourceDatabase;
import onceward.relay.position.Position;
import onceward.relay.preflight.Preflight;
import onceward.relay.publish.DeadLetters;
import onceward.relay.publish.Publisher;

/** What a pipeline is built of, anew after every failure. */
interface PipelineParts {

  SourceDatabase database();

  Preflight preflight();

  /** The messages that are held back. */
  ParkedMessages parked();

  /** The same, for operators. */
  Quarantine quarantine();

  /** Where a message that is set aside is told of. */
  DeadLetters deadLetters();

  /** How often the canary is moved. */
  Duration canaryInterval();

  /** How often, at most, the slot is let move; zero for with every batch. */
  Duration checkpointInterval();

  /** After how long without any sign of progress a pipeline has stalled. */
  default Duration silenceMax() {
    return CanaryKeeper.SILENCE_MAX;
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
