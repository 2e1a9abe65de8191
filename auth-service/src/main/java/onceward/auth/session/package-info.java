/** Logging in, sessions and their tokens. */
@NullMarked
package onceward.auth.session;

import org.jspecify.annotations.NullMarked;
