package onceward.user.profile;

import jakarta.inject.Singleton;
import onceward.messaging.Message;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.subscription.MessageHandler;
import onceward.user.profile.ProfileMessages.AccountRegistered;
import onceward.user.profile.ProfileMessages.ProfileCreated;
import onceward.user.profile.ProfileMessages.ProfileRejected;
import onceward.user.profile.Profiles.Creation;

/**
 * Creates the profile of a new account or refuses it, and appends the answer in the same
 * transaction. A sign-up that was cancelled before gets neither a profile nor an answer.
 */
@Singleton
final class CreateProfile implements MessageHandler<AccountRegistered> {

  private final Profiles profiles;
  private final Outbox outbox;

  CreateProfile(Profiles profiles, Outbox outbox) {
    this.profiles = profiles;
    this.outbox = outbox;
  }

  @Override
  public void handle(AccountRegistered account, Message message) {
    var accountId = account.accountId();
    switch (profiles.create(
        new Profile(accountId, account.name(), account.email(), account.phone(), false))) {
      case Creation.Created _ -> outbox.append(new ProfileCreated(accountId).message());
      case Creation.Taken(var reason) -> {
        profiles.rememberRejected(accountId);
        outbox.append(new ProfileRejected(accountId, reason).message());
      }
      // Nothing new was decided, so no message is appended.
      case Creation.Completed _, Creation.AlreadyDecided _ -> {}
    }
  }
}
