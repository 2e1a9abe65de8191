/** Refuses to start what could lose, invent or reorder messages; says why, and how to mend it. */
@NullMarked
package onceward.relay.preflight;

import org.jspecify.annotations.NullMarked;
