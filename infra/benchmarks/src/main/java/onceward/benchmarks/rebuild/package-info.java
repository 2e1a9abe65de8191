/** How fast a read model is made anew from its topic, and what its searcher notice of that. */
@NullMarked
package onceward.benchmarks.rebuild;

import org.jspecify.annotations.NullMarked;
