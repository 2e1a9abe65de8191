package onceward.ledger.verify;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a comparison found.
 *
 * @param at the moment that is described: what committed later is not looked at
 * @param messages how many were compared, by reading or by sums
 * @param topics one for each kind of aggregate
 * @param consumers one for each consumer and topic
 * @param findings the worst first; empty if nothing is to be said
 * @param notes what could not be compared, and why, as sentences
 * @param stalls which slots nobody reads, or do not move, as sentences: what is under way behind
 *     them does not arrive by itself
 * @param hours what was not read, because sums prove it; empty if everything was read
 */
public record Verdict(
    Instant at,
    long messages,
    List<TopicVerdict> topics,
    List<ConsumerVerdict> consumers,
    List<Finding> findings,
    List<String> notes,
    List<String> stalls,
    Optional<CoveredHours> hours) {

  public Verdict {
    topics = List.copyOf(topics);
    consumers = List.copyOf(consumers);
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
    stalls = List.copyOf(stalls);
  }

  /**
   * A topic.
   *
   * @param appended rows that belong in it
   * @param published how many of these are in it
   */
  public record TopicVerdict(String topic, long appended, long published) {}

  /**
   * A consumer of a topic.
   *
   * @param handled messages that it has handled, of those that are compared
   */
  public record ConsumerVerdict(String consumer, String topic, long handled) {}

  /** Whether every promise is kept, as far as anybody can tell. */
  public boolean holds() {
    return count(Kind.Weight.BROKEN) == 0;
  }

  /** Whether nothing is under way either. */
  public boolean isAtRest() {
    return holds() && count(Kind.Weight.UNDER_WAY) == 0;
  }

  /** How many messages there are of a kind. */
  public long count(Kind kind) {
    return findings.stream()
        .filter(finding -> finding.kind() == kind)
        .mapToLong(Finding::count)
        .sum();
  }

  /** Those of some kinds. */
  public List<Finding> of(Set<Kind> kinds) {
    return findings.stream().filter(finding -> kinds.contains(finding.kind())).toList();
  }

  private long count(Kind.Weight weight) {
    return findings.stream()
        .filter(finding -> finding.kind().weight() == weight)
        .mapToLong(Finding::count)
        .sum();
  }
}
