/** That the benchmarks of the relay would notice what they are to notice. */
@NullMarked
package onceward.benchmarks.relay;

import org.jspecify.annotations.NullMarked;
