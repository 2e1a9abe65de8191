/** What claiming messages costs as the inbox grows. */
@NullMarked
package onceward.benchmarks.claim;

import org.jspecify.annotations.NullMarked;
