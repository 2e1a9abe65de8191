package onceward.messaging.deadletter;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Dead letters of one cause: one consumer, one class of exception, thrown at one place. Lists only
 * groups that have an open letter.
 *
 * @param id names the group for operators; a letter that fails in another way moves to another
 *     group
 * @param exception what the latest open letter says, with the line of the code
 * @param types of the open letters' messages
 * @param open how many letters wait
 * @param handled how many letters of the group have been handled after all
 * @param discarded how many have been given up
 * @param archived how many lie in a file
 * @param attempts how often the open letters have been tried
 * @param firstSeen when the first letter of the group was written, open or closed
 * @param lastSeen when the latest was written
 * @param oldest the open letter that waits longest
 */
public record DeadLetterGroup(
    String id,
    String consumer,
    String exceptionClass,
    String stackDigest,
    String exception,
    List<String> types,
    long open,
    long handled,
    long discarded,
    long archived,
    long attempts,
    Instant firstSeen,
    Instant lastSeen,
    UUID oldest) {}
