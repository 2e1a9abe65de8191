/** Capture by Debezium's embedded engine. The only package that knows Debezium. */
@NullMarked
package onceward.relay.capture.engine;

import org.jspecify.annotations.NullMarked;
