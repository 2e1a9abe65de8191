package onceward.relay.source;

import onceward.relay.position.IdDigest;

/**
 * What a database holds of what a relay is concerned with, at one moment.
 *
 * @param outbox the ids in the outbox
 * @param parked the ids of the messages that are held back for the slot
 * @param writtenSinceSlot how many rows of the outbox were written after the slot was made, if
 *     nobody has read from the slot yet: the slot will send them
 */
public record Holdings(IdDigest outbox, IdDigest parked, long writtenSinceSlot) {}
