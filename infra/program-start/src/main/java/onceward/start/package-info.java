/**
 * How a program starts, or ends with one sentence and an exit code. Start at {@link
 * onceward.start.ProgramStart}.
 */
@NullMarked
package onceward.start;

import org.jspecify.annotations.NullMarked;
