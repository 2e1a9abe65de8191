package onceward.relay;

import java.util.Set;
import java.util.UUID;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureMethod;
import onceward.relay.position.Position;
import org.junit.jupiter.api.Tag;

/** The capture by the relay's own reader. */
@Tag("every-postgres")
class PgoutputCaptureTest extends CaptureConformance {

  @Override
  Capture open(OutboxDatabase from, Position behind, Set<UUID> discarded, int batchMax) {
    return from.parts(CaptureMethod.PGOUTPUT, batchMax).capture(behind, discarded);
  }
}
