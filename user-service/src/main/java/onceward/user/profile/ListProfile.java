package onceward.user.profile;

import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.outbox.Outbox;
import onceward.user.profile.ProfileMessages.ProfileListed;
import onceward.user.profile.ProfileMessages.ProfileUnlisted;

/**
 * Lets people be found by name, or no longer, and appends the message that says so in the same
 * transaction. The message has the name only if the person agrees: readers of the topic learn no
 * other name.
 */
@Singleton
class ListProfile {

  private final Profiles profiles;
  private final Outbox outbox;

  ListProfile(Profiles profiles, Outbox outbox) {
    this.profiles = profiles;
    this.outbox = outbox;
  }

  /**
   * Changes whether the person is listed. If the profile has this value already, nothing changes
   * and no message is appended.
   *
   * @return the profile as it is now; empty if the account has none
   */
  @Transactional
  Optional<Profile> change(UUID accountId, boolean listed) {
    var version = profiles.changeListed(accountId, listed);
    var profile = profiles.find(accountId);
    if (version.isPresent() && profile.isPresent()) {
      outbox.append(
          listed
              ? new ProfileListed(accountId, profile.get().name()).message(version.getAsLong())
              : new ProfileUnlisted(accountId).message(version.getAsLong()));
    }
    return profile;
  }
}
