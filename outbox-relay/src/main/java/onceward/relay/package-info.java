/**
 * The outbox relay: captures committed outbox rows and publishes them to Kafka. Start at {@link
 * onceward.relay.Pipeline}.
 */
@NullMarked
package onceward.relay;

import org.jspecify.annotations.NullMarked;
