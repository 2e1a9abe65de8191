package onceward.relay;

import java.time.Duration;
import onceward.relay.capture.Capture;
import onceward.relay.database.SourceDatabase;
import onceward.relay.position.Position;
import onceward.relay.preflight.Preflight;
import onceward.relay.publish.Publisher;

/** The parts of a real pipeline, to put one's own in place of some. */
class FaultyParts implements PipelineParts {

  private final PipelineParts real;

  FaultyParts(PipelineParts real) {
    this.real = real;
  }

  @Override
  public SourceDatabase database() {
    return real.database();
  }

  @Override
  public Preflight preflight() {
    return real.preflight();
  }

  @Override
  public Duration canaryInterval() {
    return real.canaryInterval();
  }

  @Override
  public Duration silenceMax() {
    return real.silenceMax();
  }

  @Override
  public Publisher publisher() {
    return real.publisher();
  }

  @Override
  public Capture capture(Position from) {
    return real.capture(from);
  }
}
