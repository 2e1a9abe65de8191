/** What a message is, and how it looks on Kafka. */
@NullMarked
package onceward.messaging;

import org.jspecify.annotations.NullMarked;
