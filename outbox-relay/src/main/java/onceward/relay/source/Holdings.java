package onceward.relay.source;

import onceward.relay.position.IdDigest;

/**
 * What a database holds of what a relay is concerned with, at one moment.
 *
 * @param outbox the ids in the outbox
 * @param parked the ids of the messages that are held back for the slot
 */
public record Holdings(IdDigest outbox, IdDigest parked) {}
