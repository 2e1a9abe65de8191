/** Debezium Server as a peer: where it comes from, and how it is configured. */
@NullMarked
package onceward.benchmarks.debezium;

import org.jspecify.annotations.NullMarked;
