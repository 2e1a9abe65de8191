/**
 * How the gateway answers ordinary callers while others mean it harm. Start at {@link
 * onceward.benchmarks.door.GatewayBenchmark}.
 */
@NullMarked
package onceward.benchmarks.door;

import org.jspecify.annotations.NullMarked;
