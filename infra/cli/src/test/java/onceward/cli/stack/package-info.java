/** What is told of a stack. */
@NullMarked
package onceward.cli.stack;

import org.jspecify.annotations.NullMarked;
