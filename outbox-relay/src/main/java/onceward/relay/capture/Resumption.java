package onceward.relay.capture;

import java.util.Map;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
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
final class Resumption {

  private final String pipeline;
  private final @Nullable Position from;
  private final @Nullable Place published;
  private @Nullable Place last;
  private boolean seen;
  private boolean passed;

  /**
   * @param from behind which to go on; null, or without a place, to take all that comes
   */
  Resumption(String pipeline, @Nullable Position from) {
    this.pipeline = pipeline;
    this.from = from;
    this.published = from == null || from.resume().isEmpty() ? null : Place.read(from.resume());
    this.passed = published == null;
  }

  /**
   * Whether a change is behind the position. To be asked for all, in their order.
   *
   * @throws StoppedException if the position's own change did not come, and now cannot any more
   */
  boolean isNew(Map<String, ?> offset) {
    var place = Place.of(offset, last);
    last = place;
    if (passed || published == null) {
      return true;
    }
    if (place.isInTransactionOf(published)) {
      seen = true;
      passed = place.isAfter(published);
    } else {
      passed = seen;
      stopIfMissed(Offsets.lastCommit(offset));
    }
    return passed;
  }

  /**
   * What to write down to go on behind the change asked for last; or still behind the position, as
   * long as nothing new came.
   */
  Map<String, Object> behind(Map<String, ?> offset) {
    if (!passed && from != null) {
      return from.resume();
    }
    var resume = Offsets.resume(offset);
    if (last != null) {
      last.write(resume);
    }
    return resume;
  }

  /** Up to its confirmable place all is committed before the position's own transaction. */
  private void stopIfMissed(@Nullable Lsn lastCommit) {
    if (!passed && from != null && lastCommit != null && lastCommit.isAfter(from.confirmable())) {
      throw new StoppedException(
          new Stop(
              StopReason.SLOT_AHEAD,
              "slot %s sent what was committed after %s, but not transaction %s, the last that is published: it was made anew, or moved"
                  .formatted(from.slot(), from.confirmable(), from.resume().get("txId")),
              "infra/onceward relay accept " + pipeline));
    }
  }
}
