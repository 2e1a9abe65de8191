package onceward.messaging.deadletter;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry in the history of a dead letter. Holds no content of the message.
 *
 * @param at when the attempt ended
 * @param actor on whose behalf
 * @param outcome {@code failed}, {@code handled}, {@code discarded}, {@code archived}, {@code
 *     restored} or {@code edited}
 * @param attempts how often the handler was called
 * @param exception as {@link Failure#exception}; null unless it failed
 * @param exceptionClass as {@link Failure#exceptionClass}; null unless it failed
 * @param stackDigest as {@link Failure#stackDigest}; null unless it failed
 */
public record Attempt(
    Instant at,
    Actor actor,
    String outcome,
    int attempts,
    @Nullable String exception,
    @Nullable String exceptionClass,
    @Nullable String stackDigest) {}
