/** Which calls are let in, who answers them, and how they get there. */
@NullMarked
package onceward.gateway.routing;

import org.jspecify.annotations.NullMarked;
