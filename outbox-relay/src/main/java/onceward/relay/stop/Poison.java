package onceward.relay.stop;

import java.util.UUID;
import onceward.messaging.Message;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline cannot get past by itself.
 *
 * @param messageId of the outbox row
 * @param message null if the row cannot be read as one
 * @param why without any content of it
 */
public record Poison(UUID messageId, @Nullable Message message, String why) {}
