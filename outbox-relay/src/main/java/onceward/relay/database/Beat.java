package onceward.relay.database;

import onceward.relay.database.DatabaseFacts.Slot;
import org.jspecify.annotations.Nullable;

/**
 * What was seen when the canary was moved.
 *
 * @param publication the publication's state; null if there is none
 * @param slot null if there is none
 * @param parked how many messages the relay holds back; 10,000 if more
 * @param releaseAsked whether some of them are to be let go
 */
public record Beat(
    @Nullable String publication, @Nullable Slot slot, long parked, boolean releaseAsked) {}
