package onceward.messaging.inbox;

import java.util.Set;
import java.util.UUID;

/**
 * The result of a claim. A message in neither set was claimed before: its effect is there, or will
 * be.
 *
 * @param granted this transaction's to handle
 * @param tooOld claimed now, but older than the inbox remembers: nobody knows whether they have
 *     been handled before, so they must not be applied
 */
public record Claims(Set<UUID> granted, Set<UUID> tooOld) {}
