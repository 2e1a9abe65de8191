/** From the write-ahead log to messages: the contract, and what both captures have in common. */
@NullMarked
package onceward.relay.capture;

import org.jspecify.annotations.NullMarked;
