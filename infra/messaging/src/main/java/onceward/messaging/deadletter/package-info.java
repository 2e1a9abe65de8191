/** Messages a consumer could not handle, and those that wait behind them. */
@NullMarked
package onceward.messaging.deadletter;

import org.jspecify.annotations.NullMarked;
