/** {@code onceward saga}: sagas and how old they are. */
@NullMarked
package onceward.cli.saga;

import org.jspecify.annotations.NullMarked;
