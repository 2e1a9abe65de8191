/** From messages to Kafka. The only package that knows the Kafka producer. */
@NullMarked
package onceward.relay.publish;

import org.jspecify.annotations.NullMarked;
