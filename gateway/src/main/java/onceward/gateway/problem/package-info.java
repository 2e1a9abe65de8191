/** The kinds of problem that callers of the gateway see. */
@NullMarked
package onceward.gateway.problem;

import org.jspecify.annotations.NullMarked;
