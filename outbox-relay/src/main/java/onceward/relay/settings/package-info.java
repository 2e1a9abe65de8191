/** The properties of the relay, and their checks at its start. */
@NullMarked
package onceward.relay.settings;

import org.jspecify.annotations.NullMarked;
