/** Compares outboxes, topics and inboxes as streams, in bounded memory. */
@NullMarked
package onceward.ledger;

import org.jspecify.annotations.NullMarked;
