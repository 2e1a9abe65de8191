/** The stack with real PostgreSQL and Kafka, and stand-ins for the four programs. */
@NullMarked
package onceward.localstack;

import org.jspecify.annotations.NullMarked;
