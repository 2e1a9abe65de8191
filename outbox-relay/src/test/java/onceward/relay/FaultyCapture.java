package onceward.relay;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.position.Lsn;

/** A real capture, to do something else with what it gives. */
class FaultyCapture implements Capture {

  private final Capture real;

  FaultyCapture(Capture real) {
    this.real = real;
  }

  @Override
  public Optional<CapturedBatch> next(Duration timeout) throws InterruptedException {
    return real.next(timeout).map(this::instead);
  }

  /** What is given instead of a batch. */
  CapturedBatch instead(CapturedBatch batch) {
    return batch;
  }

  @Override
  public OptionalInt session() {
    return real.session();
  }

  @Override
  public Optional<Lsn> backlogRead() {
    return real.backlogRead();
  }

  @Override
  public void close() {
    real.close();
  }
}
