package onceward.relay.quarantine;

import onceward.messaging.Message;

/**
 * A message that waits.
 *
 * @param arrival orders what waits
 * @param discarded given up: it is not published when those behind it are
 */
public record ParkedMessage(long arrival, Message message, boolean discarded) {}
