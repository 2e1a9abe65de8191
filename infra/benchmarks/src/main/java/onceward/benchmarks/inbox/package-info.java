/** How many messages a consumer handles, and what handling them together is worth. */
@NullMarked
package onceward.benchmarks.inbox;

import org.jspecify.annotations.NullMarked;
