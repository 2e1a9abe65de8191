/** Commands that bring the local stack up and down and look at it. */
@NullMarked
package onceward.cli.stack;

import org.jspecify.annotations.NullMarked;
