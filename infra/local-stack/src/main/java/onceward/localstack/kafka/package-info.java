/** A Kafka broker as a child process. */
@NullMarked
package onceward.localstack.kafka;

import org.jspecify.annotations.NullMarked;
