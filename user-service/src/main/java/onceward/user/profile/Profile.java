package onceward.user.profile;

import java.util.UUID;

/**
 * Who an account belongs to. The e-mail is lower case and the phone number E.164, as auth-service
 * sends them.
 */
record Profile(UUID accountId, String name, String email, String phone) {

  /** Names the account only: the rest is personal data. */
  @Override
  public String toString() {
    return "Profile of " + accountId;
  }
}
