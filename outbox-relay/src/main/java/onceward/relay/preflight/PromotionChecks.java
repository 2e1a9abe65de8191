package onceward.relay.preflight;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import onceward.relay.position.Key;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.source.DatabaseFacts;
import onceward.relay.source.DatabaseFacts.Slot;
import onceward.relay.source.Promotion;

/**
 * Whether a pipeline may go on by itself on another timeline than that of its position. Asks
 * nobody: it judges facts, and takes for granted that the cluster is the same.
 *
 * <p>Nothing that is published may be missing on the new primary, and nothing that it has may be
 * passed over. The first is shown by the place where the timelines part and by the last published
 * transaction; the second by the slot, which has followed to the standby and stands no further than
 * the position ({@link PositionChecks} looks at its place).
 */
final class PromotionChecks {

  private final Position position;
  private final DatabaseFacts facts;
  private final Promotion promotion;
  private final Set<Key> lackingKeys;

  /**
   * @param promotion as the server tells of it
   * @param lackingKeys the keys of which the position knows parked messages that the server lacks
   */
  PromotionChecks(
      Position position, DatabaseFacts facts, Promotion promotion, Set<Key> lackingKeys) {
    this.position = position;
    this.facts = facts;
    this.promotion = promotion;
    this.lackingKeys = Set.copyOf(lackingKeys);
  }

  /** Why it may not, as a sentence; empty if it may. */
  Optional<String> objection() {
    return Stream.of(descent(), last(), slot(), beyondPosition(), parked())
        .flatMap(Optional::stream)
        .reduce((one, other) -> one + "; and " + other)
        .map(why ->
            "the position was reached on timeline %d, and the server is on %d: it was promoted or recovered, and %s"
                .formatted(position.timeline(), facts.timeline(), why));
  }

  /** Of a server whose timeline is the earlier one. */
  static String returned(Position position, DatabaseFacts facts) {
    return "the position was reached on timeline %d, and the server is on %d: an old primary has come back, or an older backup was restored, and lacks what was written since"
        .formatted(position.timeline(), facts.timeline());
  }

  private Optional<String> descent() {
    if (promotion.forkedAt().isEmpty()) {
      return Optional.of(
          "its log does not come from timeline %d, or its history file is gone"
              .formatted(position.timeline()));
    }
    var fork = promotion.forkedAt().get();
    return isLacking(fork)
        ? Optional.of(
            "messages are published up to %s, but it left timeline %d at %s: it lacks transactions whose messages are published"
                .formatted(publishedTo(), position.timeline(), fork))
        : Optional.empty();
  }

  private boolean isLacking(Lsn fork) {
    var place = position.place();
    // A change begins where it lies: at the fork it is already missing.
    return position.confirmable().isAfter(fork)
        || (place != null && place.change().compareTo(fork) >= 0);
  }

  private Lsn publishedTo() {
    var place = position.place();
    return place != null && place.change().isAfter(position.confirmable())
        ? place.change()
        : position.confirmable();
  }

  private Optional<String> last() {
    var place = position.place();
    return promotion.hasLast() || place == null
        ? Optional.empty()
        : Optional.of(
            "transaction %d, the last whose messages are published, is not committed there"
                .formatted(place.transaction()));
  }

  private Optional<String> slot() {
    if (facts.slot().filter(Slot::failover).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        facts.server().hasFailoverSlots()
            ? "slot %s does not follow to standbys (failover is off), so it was made some other way"
                .formatted(position.slot())
            : "PostgreSQL %s lets no slot follow to a standby, so slot %s was made some other way"
                .formatted(facts.server().version(), position.slot()));
  }

  private Optional<String> beyondPosition() {
    return position.isBounded()
        ? Optional.empty()
        : Optional.of(
            "more may be published than is written down, which it may lack: the server before had no synchronized_standby_slots, or not for long, and delivery was at least once");
  }

  private Optional<String> parked() {
    return lackingKeys.stream()
        .map(key -> key.aggregateType() + " " + key.aggregateId())
        .sorted()
        .findFirst()
        .map(first ->
            "it lacks parked messages of %d keys, of which one is %s"
                .formatted(lackingKeys.size(), first));
  }
}
