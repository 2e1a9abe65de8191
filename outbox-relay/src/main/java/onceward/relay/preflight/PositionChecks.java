package onceward.relay.preflight;

import java.util.Optional;
import onceward.relay.database.DatabaseFacts;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;

/**
 * Whether the slot still stands where its messages were published up to. A slot that is behind is
 * well: some messages come again. One that is ahead has passed over messages.
 */
final class PositionChecks {

  private static final String ACCEPT = "infra/onceward relay accept %s";

  private final String pipeline;
  private final DatabaseFacts facts;

  PositionChecks(String pipeline, DatabaseFacts facts) {
    this.pipeline = pipeline;
    this.facts = facts;
  }

  /** What is wrong if nothing is written down: nothing on the first start of all. */
  Optional<Stop> stopWithout() {
    return beat() == 0
        ? Optional.empty()
        : stop(
            StopReason.POSITION_LOST,
            "its canary has been moved %d times, but no position is written down: how far its messages were published is not known"
                .formatted(beat()));
  }

  /** The first thing that is wrong with the position that is written down. */
  Optional<Stop> stop(Position position) {
    if (!position.systemIdentifier().equals(facts.systemIdentifier())) {
      return stop(
          StopReason.DATABASE_REPLACED,
          "the position was reached in cluster %s, and this is cluster %s"
              .formatted(position.systemIdentifier(), facts.systemIdentifier()));
    }
    if (position.timeline() != facts.timeline()) {
      return stop(
          position,
          StopReason.TIMELINE_CHANGED,
          "the position was reached on timeline %d, and the server is on %d: it was promoted or recovered"
              .formatted(position.timeline(), facts.timeline()));
    }
    if (position.confirmable().isAfter(facts.writtenTo())) {
      return stop(
          position,
          StopReason.DATABASE_REWOUND,
          "published up to %s, but the server's log ends at %s: it was restored"
              .formatted(position.confirmable(), facts.writtenTo()));
    }
    if (beat() < position.beat()) {
      return stop(
          position,
          StopReason.DATABASE_REWOUND,
          "the canary has come through with beat %d, but stands at %d: the database was restored from a backup"
              .formatted(position.beat(), beat()));
    }
    if (!position.publication().equals(publication()) && !isMigrated()) {
      return stop(
          position,
          StopReason.PUBLICATION_CHANGED,
          "the publication was changed (%s, and now %s): what was appended while it lacked something is passed over for good"
              .formatted(position.publication(), publication()));
    }
    return stopAhead(position, confirmed());
  }

  /** Whether the slot passed over messages. */
  static Optional<Stop> stopAhead(Position position, Lsn confirmed, String pipeline) {
    return confirmed.isAfter(position.confirmable())
        ? Optional.of(
            new Stop(
                StopReason.SLOT_AHEAD,
                "slot %s stands at %s, but messages are published up to %s only: it was made anew, or moved"
                    .formatted(position.slot(), confirmed, position.confirmable()),
                ACCEPT.formatted(pipeline)))
        : Optional.empty();
  }

  private Optional<Stop> stopAhead(Position position, Lsn confirmed) {
    return stopAhead(position, confirmed, pipeline);
  }

  private long beat() {
    return facts.canary().map(DatabaseFacts.Canary::beat).orElse(0L);
  }

  /** A migration left the publication as it is. */
  private boolean isMigrated() {
    return facts
        .canary()
        .flatMap(canary -> Optional.ofNullable(canary.publication()))
        .filter(publication()::equals)
        .isPresent();
  }

  private String publication() {
    return facts.publication().map(DatabaseFacts.Publication::state).orElse("");
  }

  private Lsn confirmed() {
    return facts.slot().map(DatabaseFacts.Slot::confirmed).orElseThrow();
  }

  /** Whoever accepts that accepts as well what the slot has passed over. */
  private Optional<Stop> stop(Position position, StopReason reason, String sentence) {
    var ahead = stopAhead(position, confirmed()).map(stop -> "; and " + stop.sentence()).orElse("");
    return stop(reason, sentence + ahead);
  }

  private Optional<Stop> stop(StopReason reason, String sentence) {
    return Optional.of(new Stop(reason, sentence, ACCEPT.formatted(pipeline)));
  }
}
