@NullMarked
package onceward.ledger;

import org.jspecify.annotations.NullMarked;
