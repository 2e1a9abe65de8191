/**
 * Kafka in, handler, one effect. Start at {@link onceward.messaging.subscription.Subscription};
 * {@code HandleOnce} is the guarantee, {@code MessageConsumer} the loop around it.
 */
@NullMarked
package onceward.messaging.subscription;

import org.jspecify.annotations.NullMarked;
