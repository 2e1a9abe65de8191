@NullMarked
package onceward.relay.move;

import org.jspecify.annotations.NullMarked;
