package onceward.relay;

import onceward.relay.capture.CapturedBatch;
import onceward.relay.database.Beat;
import onceward.relay.position.Position;

/** What a generation of a pipeline tells while it runs. */
interface PipelineObserver {

  /** Another session holds the slot, and moves it. */
  void standsBy(int holder);

  /** Another session holds the slot, and is not seen to move it. */
  void waitsFor(int holder);

  /** Nothing is wrong with what it depends on, and the slot is free. */
  void passed();

  /** The canary was moved. */
  void beaten(Beat beat);

  /** A batch is about to be published. */
  void captured(CapturedBatch batch);

  /**
   * A batch is published.
   *
   * @param count how many messages of it; the rest is parked
   * @param reached up to where all is published by now
   */
  void published(CapturedBatch batch, int count, Position reached);

  /** It must not go on, and is being ended, which may take long. */
  void broken(RuntimeException why);
}
