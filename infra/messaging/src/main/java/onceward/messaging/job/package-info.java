/**
 * Work that one instance of a service does at a time, at a pace, and that another goes on with when
 * the instance ends. Start at {@link onceward.messaging.job.LeasedWorker}.
 */
@NullMarked
package onceward.messaging.job;

import org.jspecify.annotations.NullMarked;
