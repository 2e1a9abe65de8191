/** The account: its login, and the state of its sign-up. */
@NullMarked
package onceward.auth.account;

import org.jspecify.annotations.NullMarked;
