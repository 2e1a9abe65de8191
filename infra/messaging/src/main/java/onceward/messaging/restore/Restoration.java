package onceward.messaging.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import onceward.messaging.subscription.Subscription;

/**
 * How a service gets the data of a lost database back from topics. A service declares at most one,
 * as a bean:
 *
 * <pre>{@code
 * @Singleton
 * Restoration restoration(Profiles profiles) {
 *   return Restoration.from(
 *           Subscription.of("user-restore", "profile.events")
 *               .on("ProfileCreated", ProfileCreated.class, (created, message) -> …))
 *       .then(
 *           Subscription.of("user-restore", "account.events")
 *               .on("AccountRegistered", AccountRegistered.class, (account, message) -> …));
 * }
 * }</pre>
 *
 * <p>The service's own topic is read first: it is the record of what the service has decided. The
 * topics behind it complete the data. Each is read as a whole by a replay, and by no live consumer:
 * these subscriptions join no group and claim nothing.
 *
 * <p>Their handlers compare versions, so that a message that comes again changes nothing, and so
 * that an older backup, which has rows, is brought up to date. They append no message: what they
 * store was told before. An attempt to append fails, and so does the step. Immutable.
 */
public final class Restoration {

  private final List<Subscription> subscriptions;

  private Restoration(List<Subscription> subscriptions) {
    this.subscriptions = subscriptions;
  }

  /** A restoration that begins with the topic to which this service alone publishes. */
  public static Restoration from(Subscription ownTopic) {
    return new Restoration(List.of(ownTopic));
  }

  /**
   * This restoration, which reads one more topic when all before have been read.
   *
   * @throws IllegalArgumentException if the restoration reads that topic already
   */
  public Restoration then(Subscription completing) {
    if (subscriptions.stream().anyMatch(one -> one.topic().equals(completing.topic()))) {
      throw new IllegalArgumentException(
          "the restoration reads %s already: put the handlers into one subscription"
              .formatted(completing.topic()));
    }
    var extended = new ArrayList<>(subscriptions);
    extended.add(completing);
    return new Restoration(List.copyOf(extended));
  }

  /** What is read, in this order. */
  public List<Subscription> subscriptions() {
    return subscriptions;
  }

  /** The subscription of that consumer and topic; empty if the restoration has none. */
  public Optional<Subscription> subscription(String consumer, String topic) {
    return subscriptions.stream()
        .filter(one -> one.consumer().equals(consumer) && one.topic().equals(topic))
        .findFirst();
  }

  /** Whether this is the topic to which this service alone publishes. */
  public boolean isOwnTopic(String topic) {
    return subscriptions.getFirst().topic().equals(topic);
  }
}
