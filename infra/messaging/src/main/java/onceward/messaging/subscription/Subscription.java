package onceward.messaging.subscription;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says which messages of a topic a consumer handles, and how. A subscription that is a bean runs:
 *
 * <pre>{@code
 * @Singleton
 * Subscription accountEvents(CreateProfile createProfile) {
 *   return Subscription.of("user-service", "account.events")
 *       .on("AccountRegistered", AccountRegistered.class, createProfile);
 * }
 * }</pre>
 *
 * <p>Messages of other types are skipped and counted, and not claimed: a later version of the
 * consumer that names their type can still handle them in a replay. Immutable.
 */
public final class Subscription {

  private final String consumer;
  private final String topic;
  private final Map<String, Route<?>> routes;
  private final Versions versions;
  private final Map<String, String> neverReplayed;

  private Subscription(
      String consumer,
      String topic,
      Map<String, Route<?>> routes,
      Versions versions,
      Map<String, String> neverReplayed) {
    this.consumer = consumer;
    this.topic = topic;
    this.routes = routes;
    this.versions = versions;
    this.neverReplayed = neverReplayed;
  }

  /**
   * A subscription that handles nothing yet.
   *
   * @param consumer the name under which messages are claimed. A new name handles every message
   *     again
   * @param topic e.g. {@code account.events}
   */
  public static Subscription of(String consumer, String topic) {
    return new Subscription(consumer, topic, Map.of(), Versions.UNCHECKED, Map.of());
  }

  /**
   * This subscription, also handling messages of one more type.
   *
   * @throws IllegalArgumentException if the type has a handler already
   */
  public <P> Subscription on(String type, Class<P> payload, MessageHandler<? super P> handler) {
    if (routes.containsKey(type)) {
      throw new IllegalArgumentException(this + " already has a handler for " + type);
    }
    var extended = new LinkedHashMap<>(routes);
    extended.put(type, new Route<>(payload, handler));
    return new Subscription(consumer, topic, Map.copyOf(extended), versions, neverReplayed);
  }

  /**
   * This subscription, whose messages of that type no replay handles: for a handler with an effect
   * outside the database, such as a mail, which must not happen weeks late.
   *
   * @param why what operators read, e.g. {@code sends a mail}
   * @throws IllegalArgumentException if the type has no handler, or no reason is given
   */
  public Subscription neverReplayed(String type, String why) {
    if (!routes.containsKey(type)) {
      throw new IllegalArgumentException(this + " has no handler for " + type);
    }
    if (why.isBlank()) {
      throw new IllegalArgumentException(
          "say why %s of %s is never replayed".formatted(type, this));
    }
    var extended = new LinkedHashMap<>(neverReplayed);
    extended.put(type, why);
    return new Subscription(consumer, topic, routes, versions, Map.copyOf(extended));
  }

  /** This subscription, with another rule for the versions of the aggregates. */
  public Subscription versions(Versions rule) {
    return new Subscription(consumer, topic, routes, rule, neverReplayed);
  }

  /** The name under which messages are claimed. */
  public String consumer() {
    return consumer;
  }

  /** The topic that the consumer reads. */
  public String topic() {
    return topic;
  }

  /** The types of message that the consumer handles. */
  public Set<String> types() {
    return routes.keySet();
  }

  /** The types of message that no replay handles, each with the reason. */
  public Map<String, String> neverReplayed() {
    return neverReplayed;
  }

  /** The rule for the versions of the aggregates. */
  public Versions versions() {
    return versions;
  }

  /**
   * The Kafka consumer group. Each subscription has its own, so that a process that joins for one
   * topic does not stop the consumers of another.
   */
  public String group() {
    return consumer + "." + topic;
  }

  /** How messages of the type are handled; null if the consumer skips them. */
  public @Nullable Route<?> route(String type) {
    return routes.get(type);
  }

  @Override
  public String toString() {
    return consumer + " on " + topic;
  }

  /**
   * How messages of one type are handled.
   *
   * @param payload the class that the JSON is read as
   */
  public record Route<P>(Class<P> payload, MessageHandler<? super P> handler) {}
}
