package onceward.relay.source;

import java.util.List;

/**
 * What was seen when the canary was moved.
 *
 * @param parked how many messages the relay holds back; 10,000 if more
 * @param releaseAsked whether some of them are to be let go
 * @param republishAsked whether a request to republish is to be carried out
 * @param silentStandbys the slots of standbys that the server waits for before it sends anything,
 *     and from which nobody reads
 */
public record Beat(
    long parked, boolean releaseAsked, boolean republishAsked, List<String> silentStandbys) {}
