/** The problem that only user-service answers with: tokens that cannot be verified yet. */
@NullMarked
package onceward.user.problem;

import org.jspecify.annotations.NullMarked;
