/** From the write-ahead log to messages. The only package that knows Debezium. */
@NullMarked
package onceward.relay.capture;

import org.jspecify.annotations.NullMarked;
