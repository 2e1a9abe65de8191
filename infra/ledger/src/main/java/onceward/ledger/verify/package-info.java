/** Whether the promises hold: one message after the other, by its id. */
@NullMarked
package onceward.ledger.verify;

import org.jspecify.annotations.NullMarked;
