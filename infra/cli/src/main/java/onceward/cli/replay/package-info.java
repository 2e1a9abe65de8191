/** {@code onceward replay}: a topic once more for one consumer. */
@NullMarked
package onceward.cli.replay;

import org.jspecify.annotations.NullMarked;
