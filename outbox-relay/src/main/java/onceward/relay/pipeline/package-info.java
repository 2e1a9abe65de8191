/**
 * One pipeline: the machine that decides, the thread that owns the state, and the workers that do
 * what blocks.
 */
@NullMarked
package onceward.relay.pipeline;

import org.jspecify.annotations.NullMarked;
