/** Accounts, login and tokens; owner of the sign-up saga. */
@NullMarked
package onceward.auth;

import org.jspecify.annotations.NullMarked;
