/** Passwords as Argon2id hashes, with a bound on how many are computed at once. */
@NullMarked
package onceward.auth.password;

import org.jspecify.annotations.NullMarked;
