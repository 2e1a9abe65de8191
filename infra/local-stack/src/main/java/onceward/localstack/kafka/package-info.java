/** A Kafka broker of our own, as a process. */
@NullMarked
package onceward.localstack.kafka;

import org.jspecify.annotations.NullMarked;
