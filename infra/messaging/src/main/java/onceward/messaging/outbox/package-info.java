/** Leaving a message behind in the transaction that makes it true. */
@NullMarked
package onceward.messaging.outbox;

import org.jspecify.annotations.NullMarked;
