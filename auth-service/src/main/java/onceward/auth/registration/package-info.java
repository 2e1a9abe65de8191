/**
 * The sign-up saga: register, then settle by what user-service answers, or by the deadline. Start
 * at {@link onceward.auth.registration.RegistrationController}.
 */
@NullMarked
package onceward.auth.registration;

import org.jspecify.annotations.NullMarked;
