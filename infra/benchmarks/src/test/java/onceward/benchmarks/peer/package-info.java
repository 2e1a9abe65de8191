@NullMarked
package onceward.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
