/** How the relay's pipelines stand, and what an operator tells them. */
@NullMarked
package onceward.cli.relay;

import org.jspecify.annotations.NullMarked;
