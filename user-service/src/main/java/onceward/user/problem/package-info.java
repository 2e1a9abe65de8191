/**
 * The problems that only user-service answers with: tokens that cannot be verified yet, and
 * profiles that are being restored.
 */
@NullMarked
package onceward.user.problem;

import org.jspecify.annotations.NullMarked;
