/** How soon, and how fast, the relay brings messages from a commit to a consumer. */
@NullMarked
package onceward.benchmarks.relay;

import org.jspecify.annotations.NullMarked;
