package onceward.messaging.inbox;

import java.util.Set;
import java.util.UUID;

/**
 * What became of an attempt to claim messages. Those in neither set had been claimed before: their
 * effect is there, or will be.
 *
 * @param granted this transaction's to handle
 * @param tooOld claimed now, but older than the inbox remembers: nobody knows whether they have
 *     been handled before, so they must not be applied
 */
public record Claims(Set<UUID> granted, Set<UUID> tooOld) {}
