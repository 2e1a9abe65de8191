/**
 * Dead letters that are handled or given up many at a time. Start at {@code JobWorker}; what
 * becomes of one letter is decided by {@code LoopGuard}.
 */
@NullMarked
package onceward.messaging.deadletter.job;

import org.jspecify.annotations.NullMarked;
