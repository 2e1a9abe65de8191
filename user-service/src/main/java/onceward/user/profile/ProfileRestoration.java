package onceward.user.profile;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import onceward.messaging.restore.Restoration;
import onceward.messaging.subscription.Subscription;
import onceward.user.profile.ProfileMessages.AccountRegistered;
import onceward.user.profile.ProfileMessages.ProfileCreated;
import onceward.user.profile.ProfileMessages.ProfileErased;
import onceward.user.profile.ProfileMessages.ProfileListed;
import onceward.user.profile.ProfileMessages.ProfileRejected;
import onceward.user.profile.ProfileMessages.ProfileUnlisted;

/**
 * How the profiles come back after a loss of the database. What was decided about each account, the
 * versions and who is listed are in this service's own topic; the personal data of those who have a
 * profile is in the requests of auth-service. Nothing is decided here, so no message is appended.
 */
@Factory
final class ProfileRestoration {

  private static final String CONSUMER = "user-restore";

  @Singleton
  Restoration profileRestoration(Profiles profiles) {
    return Restoration.from(decisions(profiles)).then(personalData(profiles));
  }

  private static Subscription decisions(Profiles profiles) {
    return Subscription.of(CONSUMER, "profile.events")
        .on(
            "ProfileCreated",
            ProfileCreated.class,
            (created, message) ->
                profiles.restore(created.accountId(), false, message.aggregateVersion()))
        .on(
            "ProfileListed",
            ProfileListed.class,
            (listed, message) ->
                profiles.restore(listed.accountId(), true, message.aggregateVersion()))
        .on(
            "ProfileUnlisted",
            ProfileUnlisted.class,
            (unlisted, message) ->
                profiles.restore(unlisted.accountId(), false, message.aggregateVersion()))
        .on(
            "ProfileRejected",
            ProfileRejected.class,
            (rejected, message) ->
                profiles.restoreTombstone(
                    rejected.accountId(), "REJECTED", message.aggregateVersion()))
        .on(
            "ProfileErased",
            ProfileErased.class,
            (erased, message) ->
                profiles.restoreTombstone(
                    erased.accountId(), "REMOVED", message.aggregateVersion()));
  }

  /** A cancelled sign-up needs no handler: ProfileErased has said it, or it is decided anew. */
  private static Subscription personalData(Profiles profiles) {
    return Subscription.of(CONSUMER, "account.events")
        .on(
            "AccountRegistered",
            AccountRegistered.class,
            (account, message) ->
                profiles.complete(
                    new Profile(
                        account.accountId(),
                        account.name(),
                        account.email(),
                        account.phone(),
                        false)));
  }
}
