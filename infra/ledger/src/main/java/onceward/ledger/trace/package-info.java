/** Where one message is, where it came from and what it brought about. */
@NullMarked
package onceward.ledger.trace;

import org.jspecify.annotations.NullMarked;
