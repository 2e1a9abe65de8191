package onceward.relay.database;

import org.jspecify.annotations.Nullable;

/**
 * What was seen when the canary was moved.
 *
 * @param publication the publication's state; null if there is none
 * @param parked how many messages the relay holds back; 10,000 if more
 * @param releaseAsked whether some of them are to be let go
 */
public record Beat(@Nullable String publication, long parked, boolean releaseAsked) {}
