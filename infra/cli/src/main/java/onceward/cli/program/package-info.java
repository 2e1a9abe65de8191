/** The common part of the commands that talk to a running program. */
@NullMarked
package onceward.cli.program;

import org.jspecify.annotations.NullMarked;
