/** Tests of journeys. */
@NullMarked
package onceward.ledger.trace;

import org.jspecify.annotations.NullMarked;
