/** What a program's answers become on the terminal. */
@NullMarked
package onceward.cli.relay;

import org.jspecify.annotations.NullMarked;
