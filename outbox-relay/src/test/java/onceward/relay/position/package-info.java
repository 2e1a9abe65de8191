@NullMarked
package onceward.relay.position;

import org.jspecify.annotations.NullMarked;
