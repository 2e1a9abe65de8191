package onceward.relay.quarantine;

import java.util.Set;
import java.util.UUID;

/**
 * What operators have discarded, ever, by the ids of the outbox rows. Immutable.
 *
 * @param messages the messages that are not published if capture delivers them again
 * @param changes the outbox rows whose changes cannot be read as messages and are passed over
 */
public record Discarded(Set<UUID> messages, Set<UUID> changes) {

  public Discarded {
    messages = Set.copyOf(messages);
    changes = Set.copyOf(changes);
  }
}
