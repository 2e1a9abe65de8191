/** The step that migrates, on servers of its own. */
@NullMarked
package onceward.messaging.start;

import org.jspecify.annotations.NullMarked;
