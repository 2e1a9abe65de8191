package onceward.relay.capture;

import onceward.relay.position.LogPlace;
import onceward.relay.position.Position;
import onceward.relay.stop.Remedies;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;

/**
 * Tells the changes behind a position from those that the server sends again.
 *
 * <p>Debezium can be asked to do so, by an offset of its own. It then compares log positions alone,
 * and takes the end of another's commit, or the first of several changes in one log record, for the
 * place it looks for: 3.6 skips or repeats changes (its issues 76 and 1554). A transaction's id and
 * a place within it are not mistaken. Not thread-safe.
 */
public final class Resumption {

  private final String pipeline;
  private final Position from;
  private final @Nullable LogPlace published;
  private boolean seen;
  private boolean passed;

  /**
   * @param from behind which to go on; without a place, all changes are new
   */
  public Resumption(String pipeline, Position from) {
    this.pipeline = pipeline;
    this.from = from;
    this.published = from.place();
    this.passed = published == null;
  }

  /**
   * Whether a change is behind the position. To be asked for all, in their order.
   *
   * @throws StoppedException if the position's own change did not come, and now cannot any more
   */
  public boolean isNew(LogPlace place) {
    if (passed || published == null) {
      return true;
    }
    if (place.isInTransactionOf(published)) {
      seen = true;
      passed = place.isAfter(published);
    } else {
      passed = seen;
      stopIfMissed(place, published);
    }
    return passed;
  }

  /**
   * The place behind which a later capture goes on: that of the change asked for last; or still
   * that of the position, as long as nothing new came.
   */
  public @Nullable LogPlace behind(LogPlace last) {
    return passed ? last : published;
  }

  /** Up to its confirmable place everything is committed before the position's own transaction. */
  private void stopIfMissed(LogPlace place, LogPlace awaited) {
    if (!passed && place.commit() != null && place.commit().isAfter(from.confirmable())) {
      throw new StoppedException(
          new Stop(
              StopReason.SLOT_AHEAD,
              "slot %s sent what was committed after %s, but not transaction %s, the last that is published: it was made anew or moved, or Kafka was restored from an older copy"
                  .formatted(from.slot(), from.confirmable(), awaited.transaction()),
              Remedies.bringBackAndAccept(pipeline, StopReason.SLOT_AHEAD)));
    }
  }
}
