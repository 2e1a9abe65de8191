package onceward.user.profile;

import java.util.UUID;

/**
 * The person to whom an account belongs. The e-mail address is in lower case and the phone number
 * in E.164, as auth-service sends them.
 *
 * @param listed whether the person wants to be found by name; nobody is before they say so
 */
record Profile(UUID accountId, String name, String email, String phone, boolean listed) {

  /** Names the account only: the rest is personal data. */
  @Override
  public String toString() {
    return "Profile of " + accountId;
  }
}
