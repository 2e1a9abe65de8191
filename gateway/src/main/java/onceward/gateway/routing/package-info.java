/** Which calls the gateway accepts, which program answers them, and how they are forwarded. */
@NullMarked
package onceward.gateway.routing;

import org.jspecify.annotations.NullMarked;
