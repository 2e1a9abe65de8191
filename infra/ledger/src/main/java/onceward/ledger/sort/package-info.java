/** Sorts more entries than fit into memory. */
@NullMarked
package onceward.ledger.sort;

import org.jspecify.annotations.NullMarked;
