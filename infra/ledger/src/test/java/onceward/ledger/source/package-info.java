@NullMarked
package onceward.ledger.source;

import org.jspecify.annotations.NullMarked;
