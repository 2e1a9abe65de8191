/** What a program's answers become on the terminal. */
@NullMarked
package onceward.cli.program;

import org.jspecify.annotations.NullMarked;
