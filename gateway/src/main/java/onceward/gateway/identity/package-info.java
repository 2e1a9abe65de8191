/** The identity of a caller: which routes need an access token, and how it is verified. */
@NullMarked
package onceward.gateway.identity;

import org.jspecify.annotations.NullMarked;
