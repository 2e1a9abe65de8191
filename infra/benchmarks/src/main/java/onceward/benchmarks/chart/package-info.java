/** Pictures of what the benchmarks have printed. */
@NullMarked
package onceward.benchmarks.chart;

import org.jspecify.annotations.NullMarked;
