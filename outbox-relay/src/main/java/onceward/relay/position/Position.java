package onceward.relay.position;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import onceward.messaging.Message;
import org.jspecify.annotations.Nullable;

/**
 * How far a slot's messages have been published. It is kept in Kafka, apart from the database, so
 * that a slot or a database that was exchanged is noticed.
 *
 * @param slot whose it is
 * @param systemIdentifier of the database cluster, as PostgreSQL gave it at its birth
 * @param timeline of the cluster's log; a new one begins with every promotion or recovery
 * @param premises what was true of database and topics then
 * @param beat how often the canary had been moved when it last came through; a database in which it
 *     has been moved less often was restored from a backup
 * @param confirmable how far the slot may have moved: everything that was committed up to here is
 *     published
 * @param place of the last change that is published; null if the capture goes on wherever the slot
 *     stands
 * @param parked the keys of which messages are parked, behind this place
 * @param coverage what has been published up to here
 * @param move that the pipeline is to leave this database, or has left it; null if neither
 */
public record Position(
    String slot,
    String systemIdentifier,
    int timeline,
    Premises premises,
    long beat,
    Lsn confirmable,
    @Nullable LogPlace place,
    Map<Key, ParkedProgress> parked,
    Coverage coverage,
    @Nullable Move move) {

  public Position {
    parked = Map.copyOf(parked);
  }

  /** Of a pipeline that stays. */
  public Position(
      String slot,
      String systemIdentifier,
      int timeline,
      Premises premises,
      long beat,
      Lsn confirmable,
      @Nullable LogPlace place,
      Map<Key, ParkedProgress> parked,
      Coverage coverage) {
    this(
        slot,
        systemIdentifier,
        timeline,
        premises,
        beat,
        confirmable,
        place,
        parked,
        coverage,
        null);
  }

  /** Behind which nothing is parked, and up to which nothing is counted. */
  public Position(
      String slot,
      String systemIdentifier,
      int timeline,
      String publication,
      long beat,
      Lsn confirmable,
      @Nullable LogPlace place) {
    this(
        slot,
        systemIdentifier,
        timeline,
        new Premises(publication),
        beat,
        confirmable,
        place,
        Map.of(),
        Coverage.NONE);
  }

  /**
   * Further on in the same log.
   *
   * @param confirmed how far the slot may move now; a place that is behind moves nothing, as that
   *     of a transaction that began before this place and committed after it
   */
  public Position reached(long lastBeat, Lsn confirmed, @Nullable LogPlace last) {
    var furthest = confirmed.isAfter(confirmable) ? confirmed : confirmable;
    return new Position(
        slot,
        systemIdentifier,
        timeline,
        premises,
        Math.max(beat, lastBeat),
        furthest,
        last,
        parked,
        coverage,
        move);
  }

  /**
   * Whether anything came through since an earlier place in the same log: a beat, or a commit. The
   * first change after a start comes without the commit before it, and then confirms itself.
   */
  public boolean isBeyond(Position earlier) {
    return beat > earlier.beat
        || (confirmable.isAfter(earlier.confirmable) && confirmable.isAfter(earlier.lastChange()));
  }

  /** Whether a standby that has all up to here has all that is published. */
  public boolean isBounded() {
    var from = premises.boundedFrom();
    return from != null && !from.isAfter(confirmable);
  }

  private Lsn lastChange() {
    return place == null ? confirmable : place.change();
  }

  /** The same place, under other premises. */
  public Position under(Premises changed) {
    return here(timeline, changed, parked, coverage, move);
  }

  /** The same place, on a later timeline that has all of this one up to here. */
  public Position on(int laterTimeline) {
    return here(laterTimeline, premises, parked, coverage, move);
  }

  /** The same place, with these keys parked. */
  public Position parking(Map<Key, ParkedProgress> keys) {
    return here(timeline, premises, keys, coverage, move);
  }

  /** The same place, of a pipeline that is to move, or has left; null for one that stays. */
  public Position moving(@Nullable Move next) {
    return here(timeline, premises, parked, coverage, next);
  }

  /** What this database held when the pipeline left it; empty if the pipeline has not. */
  public Optional<Departure> departure() {
    return Optional.ofNullable(move).flatMap(Move::departure);
  }

  /** The same place, once these messages are published that were not published before. */
  public Position covering(List<Message> published) {
    return here(timeline, premises, parked, coverage.with(published, lastChange()), move);
  }

  /** The same place, up to which nobody knows what was published. */
  public Position uncovered() {
    return here(timeline, premises, parked, Coverage.NONE, move);
  }

  private Position here(
      int onTimeline,
      Premises under,
      Map<Key, ParkedProgress> keys,
      Coverage published,
      @Nullable Move next) {
    return new Position(
        slot, systemIdentifier, onTimeline, under, beat, confirmable, place, keys, published, next);
  }
}
