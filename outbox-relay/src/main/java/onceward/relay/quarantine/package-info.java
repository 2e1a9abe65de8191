/** Holds back a key behind a message that is quarantined, and lets it go. */
@NullMarked
package onceward.relay.quarantine;

import org.jspecify.annotations.NullMarked;
