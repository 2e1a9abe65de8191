@NullMarked
package onceward.benchmarks.debezium;

import org.jspecify.annotations.NullMarked;
