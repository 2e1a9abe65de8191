package onceward.relay.source;

/**
 * What was seen when the canary was moved.
 *
 * @param parked how many messages the relay holds back; 10,000 if more
 * @param releaseAsked whether some of them are to be let go
 * @param republishAsked whether a request to republish is to be carried out
 */
public record Beat(long parked, boolean releaseAsked, boolean republishAsked) {}
