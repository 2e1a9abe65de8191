/**
 * What a service uses: which messages of a topic a consumer handles, and how. Start at {@link
 * onceward.messaging.subscription.Subscription}.
 */
@NullMarked
package onceward.messaging.subscription;

import org.jspecify.annotations.NullMarked;
