/**
 * Programs that the relay is compared with. Each is a process of its own and publishes the rows of
 * one outbox; none of them is meant for use.
 */
@NullMarked
package onceward.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
