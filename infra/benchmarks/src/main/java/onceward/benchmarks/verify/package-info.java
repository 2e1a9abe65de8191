/** How fast, and in how much memory, outbox, topic and inbox are compared. */
@NullMarked
package onceward.benchmarks.verify;

import org.jspecify.annotations.NullMarked;
