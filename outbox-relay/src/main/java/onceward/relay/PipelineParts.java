package onceward.relay;

import java.time.Duration;
import onceward.relay.capture.Capture;
import onceward.relay.database.SourceDatabase;
import onceward.relay.position.Position;
import onceward.relay.preflight.Preflight;
import onceward.relay.publish.Publisher;

/** What a pipeline is built of, anew after every failure. */
interface PipelineParts {

  SourceDatabase database();

  Preflight preflight();

  /** How often the canary is moved. */
  Duration canaryInterval();

  /** After how long without any sign of progress a pipeline has stalled. */
  default Duration silenceMax() {
    return CanaryKeeper.SILENCE_MAX;
  }

  /** A new publisher, with connections of its own. */
  Publisher publisher();

  /** A new capture, which goes on behind a position. */
  Capture capture(Position from);
}
