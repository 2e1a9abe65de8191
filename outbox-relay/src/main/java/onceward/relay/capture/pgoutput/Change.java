package onceward.relay.capture.pgoutput;

import java.time.Instant;
import onceward.messaging.Message;
import onceward.relay.position.LogPlace;
import org.jspecify.annotations.Nullable;

/**
 * One change of the outbox or of a canary.
 *
 * @param committedAt by the server's clock
 * @param behind where a later capture goes on once this change is published; null for wherever the
 *     slot stands
 * @param message null if it is a canary, is published already, or was discarded
 * @param beat how often the slot's canary had been moved; 0 if it is none
 * @param bytes that the server sent for it
 */
record Change(
    LogPlace place,
    @Nullable LogPlace behind,
    Instant committedAt,
    @Nullable Message message,
    long beat,
    int bytes) {}
