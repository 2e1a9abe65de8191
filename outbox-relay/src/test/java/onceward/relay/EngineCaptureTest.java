package onceward.relay;

import java.util.Set;
import java.util.UUID;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureMethod;
import onceward.relay.position.Position;

/** The capture by Debezium's engine. */
class EngineCaptureTest extends CaptureConformance {

  @Override
  Capture open(OutboxDatabase from, Position behind, Set<UUID> discarded, int batchMax) {
    return from.parts(CaptureMethod.ENGINE, batchMax).capture(behind, discarded);
  }
}
