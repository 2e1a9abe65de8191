/** How Kafka is reached, by a service and by the relay alike. */
@NullMarked
package onceward.messaging.kafka;

import org.jspecify.annotations.NullMarked;
