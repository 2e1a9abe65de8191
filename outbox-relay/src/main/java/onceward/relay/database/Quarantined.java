package onceward.relay.database;

import java.util.UUID;

/**
 * A quarantined message of a key for which messages wait.
 *
 * @param place orders what waits
 * @param waits whether this one still does, or was published or given up already
 * @param releaseAsked whether what waits for its key is to be published
 */
public record Quarantined(
    UUID messageId, long place, Key key, boolean waits, boolean releaseAsked) {}
