/** {@code onceward verify}: is anything missing? */
@NullMarked
package onceward.cli.ledger;

import org.jspecify.annotations.NullMarked;
