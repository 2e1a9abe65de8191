/** What the service promises, tried on a real PostgreSQL and a real Kafka. */
@NullMarked
package onceward.example;

import org.jspecify.annotations.NullMarked;
