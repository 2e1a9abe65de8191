/** Logging in, and the tokens that prove it. */
@NullMarked
package onceward.auth.session;

import org.jspecify.annotations.NullMarked;
