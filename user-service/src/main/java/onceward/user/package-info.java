/** User profiles; takes part in the sign-up saga. */
@NullMarked
package onceward.user;

import org.jspecify.annotations.NullMarked;
