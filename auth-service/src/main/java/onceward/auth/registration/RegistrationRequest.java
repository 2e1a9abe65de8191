package onceward.auth.registration;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import onceward.auth.account.LoginIds;

/**
 * The body of a sign-up. The password is used exactly as sent: not trimmed, not normalized.
 *
 * @param phone in international form, or as dialled in the default region
 */
@Serdeable
record RegistrationRequest(
    @NotNull(message = "is missing")
        @Pattern(
            regexp = LoginIds.FORM,
            message =
                "must be 3 to 64 letters, digits, dots, hyphens or underscores, starting with a letter or digit")
        String loginId,
    @NotNull(message = "is missing")
        @Size(min = 8, max = 128, message = "must have 8 to 128 characters")
        String password,
    @NotBlank(message = "is missing")
        @Size(max = 100, message = "must have at most 100 characters")
        @Pattern(regexp = VISIBLE, message = "must have no control or invisible characters")
        String name,
    @NotBlank(message = "is missing") @EmailAddress String email,
    @NotBlank(message = "is missing") @PhoneNumber String phone) {

  /**
   * No control characters, no invisible ones that turn or hide text, no half surrogate pairs, no
   * line ends, nothing that Unicode has not assigned: two names that look the same should be.
   */
  private static final String VISIBLE = "[^\\p{C}\\p{Zl}\\p{Zp}]*";

  /** Contains no field: a request holds a password and personal data. */
  @Override
  public String toString() {
    return "RegistrationRequest";
  }
}
