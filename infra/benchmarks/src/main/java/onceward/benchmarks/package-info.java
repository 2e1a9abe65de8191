/** What it costs: each benchmark sets up real servers, runs, and prints figures and the machine. */
@NullMarked
package onceward.benchmarks;

import org.jspecify.annotations.NullMarked;
