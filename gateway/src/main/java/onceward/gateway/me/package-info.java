/** The caller's own account and profile, composed from two services. */
@NullMarked
package onceward.gateway.me;

import org.jspecify.annotations.NullMarked;
