/**
 * What is left of the relay's guarantees when its processes are killed or suspended at the worst
 * moment.
 */
@NullMarked
package onceward.relay.killed;

import org.jspecify.annotations.NullMarked;
