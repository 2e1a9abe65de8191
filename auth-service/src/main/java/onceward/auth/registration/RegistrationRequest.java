package onceward.auth.registration;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * The body of a sign-up. The password is used exactly as sent: not trimmed, not normalized.
 *
 * @param phone in international form, or as dialled in the default region
 */
@Serdeable
record RegistrationRequest(
    @NotNull(message = "is missing")
        @Pattern(
            regexp = "[A-Za-z0-9][A-Za-z0-9._-]{2,63}",
            message =
                "must be 3 to 64 letters, digits, dots, hyphens or underscores, starting with a letter or digit")
        String loginId,
    @NotNull(message = "is missing")
        @Size(min = 8, max = 128, message = "must have 8 to 128 characters")
        String password,
    @NotBlank(message = "is missing")
        @Size(max = 100, message = "must have at most 100 characters")
        @Pattern(regexp = NO_CONTROLS, message = "must have no control characters")
        String name,
    @NotBlank(message = "is missing")
        @Email(message = "must be an e-mail address")
        @Size(max = 254, message = "must have at most 254 characters")
        @Pattern(regexp = NO_CONTROLS, message = "must have no control characters")
        String email,
    @NotBlank(message = "is missing") @PhoneNumber String phone) {

  /**
   * Control characters and half surrogate pairs: no name has them, and PostgreSQL stores no U+0000.
   */
  private static final String NO_CONTROLS = "[^\\p{Cc}\\p{Cs}]*";

  /** Contains no field: a request holds a password and personal data. */
  @Override
  public String toString() {
    return "RegistrationRequest";
  }
}
