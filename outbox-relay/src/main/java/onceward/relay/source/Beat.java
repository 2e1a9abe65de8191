package onceward.relay.source;

/**
 * What was seen when the canary was moved.
 *
 * @param parked how many messages the relay holds back; 10,000 if more
 * @param releaseAsked whether some of them are to be let go
 */
public record Beat(long parked, boolean releaseAsked) {}
