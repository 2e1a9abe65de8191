/**
 * Messages that a consumer could not handle, the messages that wait behind them, and how both go
 * on. Operators use {@link onceward.messaging.deadletter.DeadLetterOffice}.
 */
@NullMarked
package onceward.messaging.deadletter;

import org.jspecify.annotations.NullMarked;
