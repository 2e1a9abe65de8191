package onceward.relay.quarantine;

import java.util.Set;
import java.util.UUID;

/**
 * What was given up, ever, by the ids of the outbox rows.
 *
 * @param messages are not published, should they come again
 * @param changes rows of which changes that are no messages are passed over
 */
public record Discarded(Set<UUID> messages, Set<UUID> changes) {}
