/** How far a pipeline has come in its database's log. Knows neither the database nor Kafka. */
@NullMarked
package onceward.relay.position;

import org.jspecify.annotations.NullMarked;
