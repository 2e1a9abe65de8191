/** Calls a handler, and says what its failure is taken for. */
@NullMarked
package onceward.messaging.handling;

import org.jspecify.annotations.NullMarked;
