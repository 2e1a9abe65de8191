/** The problems that only auth-service answers with: fields that are not valid, and overload. */
@NullMarked
package onceward.auth.problem;

import org.jspecify.annotations.NullMarked;
