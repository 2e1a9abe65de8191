/** The whole system, from HTTP call to effect. Every test works on one running stack. */
@NullMarked
package onceward.endtoend;

import org.jspecify.annotations.NullMarked;
