/** Commands that look at dead letters and close them. */
@NullMarked
package onceward.cli.deadletter;

import org.jspecify.annotations.NullMarked;
