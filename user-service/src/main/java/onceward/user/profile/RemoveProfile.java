package onceward.user.profile;

import jakarta.inject.Singleton;
import onceward.messaging.Message;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.subscription.MessageHandler;
import onceward.user.profile.ProfileMessages.AccountRegistrationExpired;
import onceward.user.profile.ProfileMessages.ProfileErased;

/**
 * Removes the profile of a cancelled sign-up. If the cancellation arrives before the request for
 * the profile, a tombstone refuses that request, so the outcome is the same in either order.
 */
@Singleton
final class RemoveProfile implements MessageHandler<AccountRegistrationExpired> {

  private final Profiles profiles;
  private final Outbox outbox;

  RemoveProfile(Profiles profiles, Outbox outbox) {
    this.profiles = profiles;
    this.outbox = outbox;
  }

  @Override
  public void handle(AccountRegistrationExpired account, Message message) {
    profiles
        .remove(account.accountId())
        .ifPresent(
            version -> outbox.append(new ProfileErased(account.accountId()).message(version)));
  }
}
