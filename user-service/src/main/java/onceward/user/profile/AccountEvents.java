package onceward.user.profile;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import onceward.messaging.subscription.Subscription;
import onceward.user.profile.ProfileMessages.AccountRegistered;
import onceward.user.profile.ProfileMessages.AccountRegistrationExpired;

/** The subscription to messages about accounts, with the handler of each type. */
@Factory
final class AccountEvents {

  @Singleton
  Subscription accountEvents(CreateProfile createProfile, RemoveProfile removeProfile) {
    return Subscription.of("user-service", "account.events")
        .on("AccountRegistered", AccountRegistered.class, createProfile)
        .on("AccountRegistrationExpired", AccountRegistrationExpired.class, removeProfile);
  }
}
