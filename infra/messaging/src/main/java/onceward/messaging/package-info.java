/**
 * What a message is, and how it looks on Kafka. Start at {@link onceward.messaging.Message}.
 *
 * <p>The two ends are {@code outbox} (append a message in your transaction) and {@code
 * subscription} (handle a message in a transaction, once). Everything here is immutable.
 */
@NullMarked
package onceward.messaging;

import org.jspecify.annotations.NullMarked;
