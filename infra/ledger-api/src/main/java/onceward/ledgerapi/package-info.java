/**
 * {@code verify} and {@code trace} by HTTP, for operators. Start at {@link
 * onceward.ledgerapi.LedgerApi}.
 */
@NullMarked
package onceward.ledgerapi;

import org.jspecify.annotations.NullMarked;
