package onceward.user.directory;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the directory knows of an account.
 *
 * @param version of the profile's message that says so; a later message has a higher one
 * @param name null for somebody who is not to be found. Such an entry stays, without personal data:
 *     an older message that comes again must not bring the name back
 */
record DirectoryEntry(UUID accountId, long version, @Nullable String name) {

  /** Names the account only: the rest is personal data. */
  @Override
  public String toString() {
    return "directory entry of %s version %d".formatted(accountId, version);
  }
}
