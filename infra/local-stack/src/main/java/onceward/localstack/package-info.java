/** PostgreSQL, Kafka and the four programs on this machine, as processes. */
@NullMarked
package onceward.localstack;

import org.jspecify.annotations.NullMarked;
