package onceward.relay.quarantine;

import onceward.messaging.Message;

/**
 * A parked message, as the table holds it. Immutable.
 *
 * @param arrival the number that orders the parked messages of a key
 * @param discarded whether an operator has discarded the message: a release does not publish it
 */
public record ParkedMessage(long arrival, Message message, boolean discarded) {}
