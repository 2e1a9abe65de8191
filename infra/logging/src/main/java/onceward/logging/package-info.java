/** The format of a log line: text, or JSON. */
@NullMarked
package onceward.logging;

import org.jspecify.annotations.NullMarked;
