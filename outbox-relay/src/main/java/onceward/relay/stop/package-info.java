/** Why a pipeline stands still until somebody mends something. */
@NullMarked
package onceward.relay.stop;

import org.jspecify.annotations.NullMarked;
