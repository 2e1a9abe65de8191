/** The database a pipeline captures from, asked over an ordinary connection. */
@NullMarked
package onceward.relay.source;

import org.jspecify.annotations.NullMarked;
