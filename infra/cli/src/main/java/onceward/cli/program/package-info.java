/** What the commands that ask a running program, or have it do something, have in common. */
@NullMarked
package onceward.cli.program;

import org.jspecify.annotations.NullMarked;
