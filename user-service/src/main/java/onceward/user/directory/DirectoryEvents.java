package onceward.user.directory;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import onceward.messaging.subscription.Subscription;

/** Keeps the live directory up to date, apart from what else the service consumes. */
@Factory
final class DirectoryEvents {

  static final String CONSUMER = "user-directory";

  @Singleton
  @Named(CONSUMER)
  Subscription directoryEvents(DirectoryEntries entries) {
    return new DirectoryProjection(entries, DirectoryTable.LIVE).subscription(CONSUMER);
  }
}
