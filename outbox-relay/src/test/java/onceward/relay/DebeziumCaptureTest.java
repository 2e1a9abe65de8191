package onceward.relay;

import java.util.Set;
import java.util.UUID;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureSettings;
import onceward.relay.capture.DebeziumCapture;
import onceward.relay.position.Position;

/** The capture by Debezium's engine. */
class DebeziumCaptureTest extends CaptureConformance {

  @Override
  Capture open(OutboxDatabase from, Position behind, Set<UUID> discarded, int batchMax) {
    var settings = from.captureSettings();
    return new DebeziumCapture(
        behind,
        new CaptureSettings(
            settings.pipeline(),
            settings.database(),
            settings.pollInterval(),
            batchMax,
            settings.queueMaxBytes()),
        discarded);
  }
}
