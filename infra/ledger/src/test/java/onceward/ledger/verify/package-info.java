/** Tests of what is decided without servers. */
@NullMarked
package onceward.ledger.verify;

import org.jspecify.annotations.NullMarked;
