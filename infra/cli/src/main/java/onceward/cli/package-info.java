/** The one command line. */
@NullMarked
package onceward.cli;

import org.jspecify.annotations.NullMarked;
