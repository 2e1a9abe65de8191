/** What is asked of Kafka for a topic. */
@NullMarked
package onceward.cli.topic;

import org.jspecify.annotations.NullMarked;
