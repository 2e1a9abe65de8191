/** User profiles; a participant of the sign-up saga. */
@NullMarked
package onceward.user;

import org.jspecify.annotations.NullMarked;
