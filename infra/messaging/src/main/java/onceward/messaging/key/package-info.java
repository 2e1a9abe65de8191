/**
 * Whether a key may go on: one pure decision. Start at {@link onceward.messaging.key.ConsumedKey}.
 */
@NullMarked
package onceward.messaging.key;

import org.jspecify.annotations.NullMarked;
