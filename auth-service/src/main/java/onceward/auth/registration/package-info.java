/**
 * The sign-up saga: register an account, then activate or reject it by the answer of user-service
 * or by the deadline. Start at {@link onceward.auth.registration.RegistrationController}.
 */
@NullMarked
package onceward.auth.registration;

import org.jspecify.annotations.NullMarked;
