package onceward.relay.position;

import java.util.Set;

/**
 * What was done to an outbox without making another table of it. Kept with a position, so that the
 * next change is told from what was there when an operator accepted. Immutable.
 *
 * @param named of its name: another after every change of name, schema or owner
 * @param unpublishable of parts with rows that the log does not have as inserts into the outbox
 */
public record OutboxMarks(String named, Set<String> unpublishable) {

  public OutboxMarks {
    unpublishable = Set.copyOf(unpublishable);
  }
}
