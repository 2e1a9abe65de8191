package onceward.relay;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import onceward.relay.capture.Capture;
import onceward.relay.move.Moves;
import onceward.relay.pipeline.PipelineParts;
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
  public ParkedMessages parked() {
    return real.parked();
  }

  @Override
  public Quarantine quarantine() {
    return real.quarantine();
  }

  @Override
  public DeadLetters deadLetters() {
    return real.deadLetters();
  }

  @Override
  public RepublishTables republish() {
    return real.republish();
  }

  @Override
  public RepublishRequests republishRequests() {
    return real.republishRequests();
  }

  @Override
  public HoldingsLook holdings() {
    return real.holdings();
  }

  @Override
  public Moves moves() {
    return real.moves();
  }

  @Override
  public Duration canaryInterval() {
    return real.canaryInterval();
  }

  @Override
  public Duration checkpointInterval() {
    return real.checkpointInterval();
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
  public Capture capture(Position from, Set<UUID> discarded) {
    return real.capture(from, discarded);
  }
}
