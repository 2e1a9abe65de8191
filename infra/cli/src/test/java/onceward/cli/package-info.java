/** The command line as a user meets it. */
@NullMarked
package onceward.cli;

import org.jspecify.annotations.NullMarked;
