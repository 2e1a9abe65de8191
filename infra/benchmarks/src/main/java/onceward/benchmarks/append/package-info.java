/** What appending a message adds to a transaction. */
@NullMarked
package onceward.benchmarks.append;

import org.jspecify.annotations.NullMarked;
