/** Capture by the relay's own reader of what PostgreSQL's plugin {@code pgoutput} sends. */
@NullMarked
package onceward.relay.capture.pgoutput;

import org.jspecify.annotations.NullMarked;
