@NullMarked
package onceward.cli.ledger;

import org.jspecify.annotations.NullMarked;
