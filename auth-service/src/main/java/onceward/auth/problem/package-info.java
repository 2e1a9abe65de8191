/** Every error as a problem document. */
@NullMarked
package onceward.auth.problem;

import org.jspecify.annotations.NullMarked;
