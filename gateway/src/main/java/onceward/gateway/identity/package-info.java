/** Who is calling: access tokens, the keys that verify them, and which routes ask for one. */
@NullMarked
package onceward.gateway.identity;

import org.jspecify.annotations.NullMarked;
