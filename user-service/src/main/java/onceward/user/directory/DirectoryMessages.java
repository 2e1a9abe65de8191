package onceward.user.directory;

import io.micronaut.serde.annotation.Serdeable;
import java.util.UUID;

/** What the directory reads of the messages about profiles. */
final class DirectoryMessages {

  private DirectoryMessages() {}

  /** The person wants to be found by this name. */
  @Serdeable
  record ProfileListed(UUID accountId, String name) {

    /** Names the account only: the rest is personal data. */
    @Override
    public String toString() {
      return "ProfileListed " + accountId;
    }
  }

  /** The person no longer wants to be found. */
  @Serdeable
  record ProfileUnlisted(UUID accountId) {}

  /** The person has no profile any more. */
  @Serdeable
  record ProfileErased(UUID accountId) {}
}
