/** Remembering which messages have had their effect. */
@NullMarked
package onceward.messaging.inbox;

import org.jspecify.annotations.NullMarked;
