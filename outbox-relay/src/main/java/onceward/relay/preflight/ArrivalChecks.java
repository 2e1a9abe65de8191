package onceward.relay.preflight;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import onceward.relay.position.Departure;
import onceward.relay.position.IdDigest;
import onceward.relay.position.Position;
import onceward.relay.source.Holdings;

/**
 * Whether a database is the copy of one that the pipeline has left. Asks nobody: it compares what
 * the one held with what the other holds.
 *
 * @param left the last position in the database that the pipeline has left
 * @param beat how often the canary of the copy has been moved
 * @param copy what the copy holds
 */
record ArrivalChecks(Position left, long beat, Holdings copy) {

  private static final int NAMED_MAX = 10;

  /** What differs, in sentences; none if nothing does. */
  List<String> differences() {
    var differences = new ArrayList<String>();
    outbox(departure().outbox(), copy.outbox()).ifPresent(differences::add);
    parked(departure().parked(), copy.parked()).ifPresent(differences::add);
    if (beat < left.beat()) {
      differences.add(
          "its canary stands at %d, and had come through with beat %d: table relay_canary was copied too early, or not at all"
              .formatted(beat, left.beat()));
    }
    if (differences.isEmpty() && copy.writtenSinceSlot() > 0) {
      differences.add(
          "%,d rows of the outbox were written after slot %s was made, and would be published again: drop the slot, and make it anew"
              .formatted(copy.writtenSinceSlot(), left.slot()));
    }
    return differences;
  }

  private Departure departure() {
    return left.departure().orElseThrow();
  }

  /** How two outboxes differ, in one sentence; empty if they do not. */
  static Optional<String> outbox(IdDigest before, IdDigest now) {
    return differing(
        before,
        now,
        "rows of the outbox",
        "were appended after the departure, or before this slot was made");
  }

  private static Optional<String> parked(IdDigest before, IdDigest now) {
    return differing(before, now, "messages of relay_parked", "were not parked at the departure");
  }

  private static Optional<String> differing(
      IdDigest before, IdDigest now, String what, String why) {
    var difference = now.from(before);
    if (difference.isNone()) {
      return Optional.empty();
    }
    if (!difference.isComplete()) {
      return Optional.of(
          "it has %,d %s, and %,d were left; too many differ to name them"
              .formatted(now.rows(), what, before.rows()));
    }
    var sentences = new ArrayList<String>();
    if (!difference.more().isEmpty()) {
      sentences.add(
          "%d %s %s: %s".formatted(difference.more().size(), what, why, named(difference.more())));
    }
    if (!difference.fewer().isEmpty()) {
      sentences.add(
          "%d %s are missing: %s"
              .formatted(difference.fewer().size(), what, named(difference.fewer())));
    }
    return Optional.of(String.join("; and ", sentences));
  }

  private static String named(Collection<UUID> ids) {
    var names =
        ids.stream()
            .sorted()
            .limit(NAMED_MAX)
            .map(UUID::toString)
            .collect(Collectors.joining(", "));
    return ids.size() > NAMED_MAX
        ? "%s and %d more".formatted(names, ids.size() - NAMED_MAX)
        : names;
  }
}
