/** Parks the key of a quarantined message, and publishes the parked messages on request. */
@NullMarked
package onceward.relay.quarantine;

import org.jspecify.annotations.NullMarked;
