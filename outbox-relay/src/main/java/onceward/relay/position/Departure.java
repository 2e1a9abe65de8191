package onceward.relay.position;

/**
 * What a database held when all of its outbox was published and nothing could be appended to it any
 * more. A copy of the database is known by this. Immutable.
 *
 * @param place in the log of that database; everything that committed before is published, or
 *     parked
 * @param outbox the ids in the outbox
 * @param parked the ids of the messages that were held back
 */
public record Departure(Lsn place, IdDigest outbox, IdDigest parked) {}
