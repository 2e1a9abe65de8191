package onceward.relay.preflight;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.position.Premises;
import onceward.relay.source.DatabaseFacts;
import onceward.relay.source.Holdings;
import onceward.relay.stop.Remedies;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;

/**
 * Whether the slot still stands where its messages were published up to. A slot that is behind is
 * well: some messages come again. One that is ahead has passed over messages.
 */
final class PositionChecks {

  private final String pipeline;
  private final boolean byName;
  private final DatabaseFacts facts;
  private final TopicChecks topics;

  /**
   * @param byName whether the capture knows the outbox by nothing but its name
   * @param topics knows of those that the positions name
   */
  PositionChecks(String pipeline, boolean byName, DatabaseFacts facts, TopicChecks topics) {
    this.pipeline = pipeline;
    this.byName = byName;
    this.facts = facts;
    this.topics = topics;
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

  /**
   * What is wrong with the position that is written down. Whoever accepts the first thing accepts
   * the others as well, so all are named.
   *
   * @param promoted why the pipeline may not go on by itself on the server's timeline; empty if it
   *     may
   */
  Optional<Stop> stop(Position position, Optional<String> promoted) {
    if (position.departure().isPresent() && isSameCluster(position)) {
      return Optional.of(stopMoved(position, pipeline));
    }
    if (!isSameCluster(position)) {
      return stop(
          StopReason.DATABASE_REPLACED,
          "the position was reached in cluster %s, and this is cluster %s"
              .formatted(position.systemIdentifier(), facts.systemIdentifier()));
    }
    var all =
        Stream.of(
                promoted.map(why -> timelineChanged(why, position)).stream(),
                rewound(position).stream(),
                changesInDatabase(position),
                topics.changes(position.premises().topics()),
                stopAhead(position, confirmed()).stream())
            .flatMap(stops -> stops)
            .toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(Stop.together(all));
  }

  /** Whether the position was reached in this cluster. */
  boolean isSameCluster(Position position) {
    return position.systemIdentifier().equals(facts.systemIdentifier());
  }

  /** The pipeline has left the cluster of its position, and has not arrived in another one. */
  static Stop stopMoved(Position position, String pipeline) {
    return new Stop(
        StopReason.MOVED,
        "the pipeline has left cluster %s: all is published that was committed before %s, with %,d rows in the outbox"
            .formatted(
                position.systemIdentifier(),
                position.departure().orElseThrow().place(),
                position.departure().orElseThrow().outbox().rows()),
        "copy the database to its new cluster, make the slot there, and set relay.pipelines.%1$s.host to it; or stay: infra/onceward relay move %1$s --cancel"
            .formatted(pipeline));
  }

  /**
   * What is wrong with a copy of the database that the pipeline has left. Whoever accepts the first
   * thing accepts the others as well, so all are named.
   *
   * @param copy what this database holds; its slot was there before
   */
  Optional<Stop> stopArrived(Position position, Holdings copy) {
    var arrival = new ArrivalChecks(position, beat(), copy).differences();
    var other =
        Stream.concat(
                topics.changes(position.premises().topics()), doubt(position.premises()).stream())
            .toList();
    if (arrival.isEmpty()) {
      return other.isEmpty() ? Optional.empty() : Optional.of(Stop.together(other));
    }
    // An accept would throw the evidence away, and with it what is known of the rows that differ.
    return Optional.of(
        new Stop(
            StopReason.DATABASE_REPLACED,
            "the pipeline has left cluster %s, and cluster %s does not hold what it left: %s"
                .formatted(
                    position.systemIdentifier(),
                    facts.systemIdentifier(),
                    Stream.concat(arrival.stream(), other.stream().map(Stop::sentence))
                        .collect(Collectors.joining("; and "))),
            "see \"When it does not fit\" in infra/docs/runbook/move.md"));
  }

  private Stop timelineChanged(String why, Position position) {
    var accept = Remedies.accept(pipeline);
    return new Stop(
        StopReason.TIMELINE_CHANGED,
        why,
        position.timeline() > facts.timeline()
            ? "end this server if the new primary lives, and the pipeline goes on by itself; if this one was restored in its place, "
                + accept
            : accept);
  }

  private Optional<Stop> rewound(Position position) {
    if (position.confirmable().isAfter(facts.writtenTo())) {
      return stop(
          StopReason.DATABASE_REWOUND,
          "published up to %s, but the server's log ends at %s: it was restored"
              .formatted(position.confirmable(), facts.writtenTo()));
    }
    return beat() >= position.beat()
        ? Optional.empty()
        : stop(
            StopReason.DATABASE_REWOUND,
            "the canary has come through with beat %d, but stands at %d: the database was restored from a backup"
                .formatted(position.beat(), beat()));
  }

  /** What was changed in the database since, so that messages may have been passed over. */
  Stream<Stop> changesInDatabase(Position position) {
    var premises = position.premises();
    return Stream.of(
            publicationChanged(premises).stream(),
            outboxChanged(premises).stream(),
            renamed(premises).stream(),
            unpublishable(premises),
            doubt(premises).stream())
        .flatMap(stops -> stops);
  }

  private Optional<Stop> publicationChanged(Premises premises) {
    return premises.publication().equals(publication()) || isMigrated()
        ? Optional.empty()
        : passedOver(
            StopReason.PUBLICATION_CHANGED,
            "the publication was changed (%s, and now %s): what was appended while it lacked something is passed over for good"
                .formatted(premises.publication(), publication()));
  }

  private Optional<Stop> outboxChanged(Premises premises) {
    return premises.outbox() == 0 || premises.outbox() == facts.outbox().id()
        ? Optional.empty()
        : passedOver(
            StopReason.OUTBOX_CHANGED,
            "the outbox is another table than the one that messages were published from (oid %d, and now %d): what was appended to it before it was published is passed over"
                .formatted(premises.outbox(), facts.outbox().id()));
  }

  private Optional<Stop> renamed(Premises premises) {
    var marks = premises.marks();
    return !byName
            || marks == null
            || premises.outbox() != facts.outbox().id()
            || marks.named().equals(facts.outbox().named())
        ? Optional.empty()
        : passedOver(
            StopReason.OUTBOX_CHANGED,
            "the outbox had another name, schema or owner for a while, and capture=engine passes over the rows of another name");
  }

  private Stream<Stop> unpublishable(Premises premises) {
    var marks = premises.marks();
    return marks == null
        ? Stream.empty()
        : facts.outbox().unpublishable().stream()
            .filter(part -> !marks.unpublishable().contains(part.mark()))
            .map(PositionChecks::why)
            .flatMap(why -> passedOver(StopReason.OUTBOX_CHANGED, why).stream());
  }

  private static String why(DatabaseFacts.Unpublishable part) {
    return switch (part.cause()) {
      case ATTACHED_WITH_ROWS ->
          "%s had rows when it was attached to the outbox, and the log has them as rows of another table"
              .formatted(part.table());
      case UNLOGGED_BEFORE ->
          "%s was unlogged before it was logged, and the log lacks the rows of that time"
              .formatted(part.table());
    };
  }

  private Optional<Stop> doubt(Premises premises) {
    return premises.doubt() == null
        ? Optional.empty()
        : passedOver(
            StopReason.OUTBOX_CHANGED,
            "rows may have been passed over, for this was found: " + premises.doubt());
  }

  /**
   * Whether the publication was changed by a migration since, without a moment in which it lacked
   * anything.
   */
  boolean isMigratedSince(Position position) {
    return !position.premises().publication().equals(publication()) && isMigrated();
  }

  /** Whether the slot passed over messages. */
  static Optional<Stop> stopAhead(Position position, Lsn confirmed, String pipeline) {
    return confirmed.isAfter(position.confirmable())
        ? Optional.of(
            new Stop(
                StopReason.SLOT_AHEAD,
                "slot %s stands at %s, but messages are published up to %s only: it was made anew or moved, or Kafka was restored from an older copy"
                    .formatted(position.slot(), confirmed, position.confirmable()),
                Remedies.bringBackAndAccept(pipeline, StopReason.SLOT_AHEAD)))
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

  /** The outbox may have rows that will not be captured. */
  private Optional<Stop> passedOver(StopReason reason, String sentence) {
    return Optional.of(new Stop(reason, sentence, Remedies.bringBackAndAccept(pipeline, reason)));
  }

  private Optional<Stop> stop(StopReason reason, String sentence) {
    return Optional.of(new Stop(reason, sentence, Remedies.accept(pipeline)));
  }
}
