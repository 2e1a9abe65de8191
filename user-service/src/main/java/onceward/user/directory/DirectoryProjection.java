package onceward.user.directory;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.readmodel.ReadModel;
import onceward.messaging.readmodel.ReadModels;
import onceward.messaging.subscription.Subscription;
import onceward.user.directory.DirectoryMessages.ProfileErased;
import onceward.user.directory.DirectoryMessages.ProfileListed;
import onceward.user.directory.DirectoryMessages.ProfileUnlisted;
import org.jspecify.annotations.Nullable;

/**
 * Makes the directory from the messages about profiles, apart from what else the service consumes.
 * Of each account the message with the highest version decides, so the same messages leave the same
 * table, however often and in whichever order they come.
 */
@Factory
final class DirectoryProjection {

  static final String CONSUMER = "user-directory";

  private static final String NAME = "directory";
  private static final String TOPIC = "profile.events";

  @Singleton
  ReadModel<DirectoryEntry> directory(DirectoryEntries entries) {
    return ReadModel.of(NAME, CONSUMER, TOPIC, entries::write)
        .tables("directory_entry", "directory_entry_2")
        .on(
            "ProfileListed",
            ProfileListed.class,
            (listed, message) -> entry(listed.accountId(), message, listed.name()))
        .on(
            "ProfileUnlisted",
            ProfileUnlisted.class,
            (unlisted, message) -> entry(unlisted.accountId(), message, null))
        .on(
            "ProfileErased",
            ProfileErased.class,
            (erased, message) -> entry(erased.accountId(), message, null));
  }

  @Singleton
  @Named(CONSUMER)
  Subscription directoryEvents(ReadModels models, ReadModel<DirectoryEntry> directory) {
    return models.subscription(directory);
  }

  private static DirectoryEntry entry(UUID accountId, Message message, @Nullable String name) {
    return new DirectoryEntry(accountId, message.aggregateVersion(), name);
  }
}
