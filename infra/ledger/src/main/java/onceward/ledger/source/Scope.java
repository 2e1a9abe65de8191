package onceward.ledger.source;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Which messages are compared. Times are those of message ids, by the clock of the database that
 * made them.
 *
 * @param since the first, to the millisecond; an id without a time is left out or not by chance
 * @param until behind the last
 * @param consumer the only one that is looked at
 * @param aggregate the only one whose messages are looked at
 * @param topics the only ones that are read; all that fit the settings, if empty
 * @param patience how long relays may take to confirm what had been committed at the beginning
 * @param examples how many messages of each finding are named
 */
public record Scope(
    Optional<Instant> since,
    Optional<Instant> until,
    Optional<String> consumer,
    Optional<String> aggregate,
    Set<String> topics,
    Duration patience,
    int examples) {

  /** How long relays may take when nobody says so. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How long an operator may have them take. */
  public static final Duration PATIENCE_MAX = Duration.ofHours(1);

  /** How many messages of each finding are named when nobody says so. */
  public static final int EXAMPLES = 20;

  /** Everything. */
  public static final Scope ALL =
      new Scope(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Set.of(),
          PATIENCE,
          EXAMPLES);

  /** Everything in these topics. */
  public static Scope topics(Set<String> topics) {
    return new Scope(
        ALL.since, ALL.until, ALL.consumer, ALL.aggregate, topics, ALL.patience, ALL.examples);
  }

  /** The same, of another time. */
  public Scope between(Optional<Instant> first, Optional<Instant> end) {
    return new Scope(first, end, consumer, aggregate, topics, patience, examples);
  }

  /** Whether a message of that id is meant: by its bytes, as the databases are asked. */
  public boolean includes(UUID id) {
    return since.map(first -> Ids.ORDER.compare(id, Ids.lowest(first)) >= 0).orElse(true)
        && until.map(end -> Ids.ORDER.compare(id, Ids.lowest(end)) < 0).orElse(true);
  }
}
