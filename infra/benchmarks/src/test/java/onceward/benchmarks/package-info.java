@NullMarked
package onceward.benchmarks;

import org.jspecify.annotations.NullMarked;
