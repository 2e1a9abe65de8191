/**
 * Where consumers stand in the partitions of their topics: what Kafka holds, what the service's
 * database remembers, and whether the two fit. Start at {@link onceward.messaging.offsets.Start}.
 */
@NullMarked
package onceward.messaging.offsets;

import org.jspecify.annotations.NullMarked;
