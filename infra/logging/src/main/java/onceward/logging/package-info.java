/** What a line of log looks like. */
@NullMarked
package onceward.logging;

import org.jspecify.annotations.NullMarked;
