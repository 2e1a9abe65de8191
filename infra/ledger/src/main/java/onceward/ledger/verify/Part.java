package onceward.ledger.verify;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a comparison of a part has to know of the whole.
 *
 * @param ownTopics topics of which an outbox has rows, though perhaps none in the part
 * @param publishedBefore records that were published later are not read, so what was published late
 *     seems to be missing; if empty, all are read
 */
record Part(Set<String> ownTopics, Optional<Instant> publishedBefore) {

  static final Part WHOLE = new Part(Set.of(), Optional.empty());

  /** The same, with all records. */
  Part withAllRecords() {
    return new Part(ownTopics, Optional.empty());
  }
}
