/**
 * Slows down who guesses passwords, without locking anybody out. Start at {@link
 * onceward.auth.guessing.LoginAttempts}.
 */
@NullMarked
package onceward.auth.guessing;

import org.jspecify.annotations.NullMarked;
