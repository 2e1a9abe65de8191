/**
 * Polls Kafka, commits offsets, and says whether messages flow. Start at {@code MessageConsumer}.
 */
@NullMarked
package onceward.messaging.polling;

import org.jspecify.annotations.NullMarked;
