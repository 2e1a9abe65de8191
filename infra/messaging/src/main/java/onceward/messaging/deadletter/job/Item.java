package onceward.messaging.deadletter.job;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One letter of a job.
 *
 * @param attempts how often the job has tried the letter and seen it fail
 * @param starts how often an instance began with the letter and left no outcome
 * @param note why it failed or was skipped; null otherwise
 */
public record Item(UUID letter, ItemState state, int attempts, int starts, @Nullable String note) {}
