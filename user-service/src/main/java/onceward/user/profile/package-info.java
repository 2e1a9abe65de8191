/**
 * The profile of an account, and this service's part in the sign-up saga. Start at {@link
 * onceward.user.profile.CreateProfile}.
 */
@NullMarked
package onceward.user.profile;

import org.jspecify.annotations.NullMarked;
