/**
 * Handles records of a topic once more for one consumer, at an operator's request, beside the live
 * consumer and without its group. Start at {@link onceward.messaging.replay.Replays}; the work is
 * done by {@code ReplayWorker}.
 */
@NullMarked
package onceward.messaging.replay;

import org.jspecify.annotations.NullMarked;
