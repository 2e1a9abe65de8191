/** The account: who may log in, and how far its sign-up is. */
@NullMarked
package onceward.auth.account;

import org.jspecify.annotations.NullMarked;
