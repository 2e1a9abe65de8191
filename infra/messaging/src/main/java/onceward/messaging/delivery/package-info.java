/**
 * Delivers the records of a partition: which go into one transaction, and what becomes of each.
 * Start at {@code PartitionDelivery}; {@code HandleOnce} is the guarantee.
 */
@NullMarked
package onceward.messaging.delivery;

import org.jspecify.annotations.NullMarked;
