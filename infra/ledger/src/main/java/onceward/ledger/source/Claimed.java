package onceward.ledger.source;

import java.util.UUID;

/**
 * A row of an inbox: the consumer has handled the message, or set it aside.
 *
 * @param consumer number of its name, see {@link Names}
 */
public record Claimed(UUID id, int consumer) implements Entry {}
