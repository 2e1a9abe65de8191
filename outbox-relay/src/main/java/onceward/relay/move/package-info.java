/** Leaves a database for a copy of it in another cluster. */
@NullMarked
package onceward.relay.move;

import org.jspecify.annotations.NullMarked;
