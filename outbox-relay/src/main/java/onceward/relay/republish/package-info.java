/** Publishes again, from the outbox, what operators say that a topic lacks. */
@NullMarked
package onceward.relay.republish;

import org.jspecify.annotations.NullMarked;
