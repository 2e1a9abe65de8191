@NullMarked
package onceward.ledger.sort;

import org.jspecify.annotations.NullMarked;
