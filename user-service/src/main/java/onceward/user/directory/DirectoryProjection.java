package onceward.user.directory;

import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.subscription.Subscription;
import onceward.user.directory.DirectoryMessages.ProfileErased;
import onceward.user.directory.DirectoryMessages.ProfileListed;
import onceward.user.directory.DirectoryMessages.ProfileUnlisted;
import org.jspecify.annotations.Nullable;

/**
 * Makes the directory from the messages about profiles. Of each account the message with the
 * highest version decides, so the same messages leave the same table, however often and in
 * whichever order they come: a second generation of the table can be filled beside the live one.
 *
 * <p>The messages say everything; no other table is read. Immutable.
 */
final class DirectoryProjection {

  private static final String TOPIC = "profile.events";

  private final DirectoryEntries entries;
  private final DirectoryTable table;

  /** Fills that table. */
  DirectoryProjection(DirectoryEntries entries, DirectoryTable table) {
    this.entries = entries;
    this.table = table;
  }

  /** The subscription that keeps the table up to date, under that consumer's name. */
  Subscription subscription(String consumer) {
    return Subscription.of(consumer, TOPIC)
        .on(
            "ProfileListed",
            ProfileListed.class,
            (listed, message) -> put(listed.accountId(), message, listed.name()))
        .on(
            "ProfileUnlisted",
            ProfileUnlisted.class,
            (unlisted, message) -> put(unlisted.accountId(), message, null))
        .on(
            "ProfileErased",
            ProfileErased.class,
            (erased, message) -> put(erased.accountId(), message, null));
  }

  private void put(UUID accountId, Message message, @Nullable String name) {
    entries.put(table, new DirectoryEntry(accountId, message.aggregateVersion(), name));
  }
}
