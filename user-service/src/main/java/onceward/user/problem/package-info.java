/** Every error as a problem document. */
@NullMarked
package onceward.user.problem;

import org.jspecify.annotations.NullMarked;
