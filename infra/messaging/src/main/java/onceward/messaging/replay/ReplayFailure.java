package onceward.messaging.replay;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message that failed in a replay.
 *
 * @param messageId null if the record is no message
 * @param failure kind and place of the exception, without content of the message
 */
public record ReplayFailure(
    int partition,
    long offset,
    @Nullable UUID messageId,
    @Nullable String key,
    @Nullable String type,
    String failure) {}
