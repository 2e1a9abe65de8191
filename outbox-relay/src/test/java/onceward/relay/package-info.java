/** Tests of the relay against a real PostgreSQL and a real Kafka. */
@NullMarked
package onceward.relay;

import org.jspecify.annotations.NullMarked;
