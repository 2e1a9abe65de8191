package onceward.messaging.subscription;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of a topic a consumer handles, and how. Make it a bean, and it runs:
 *
 * <pre>{@code
 * @Singleton
 * Subscription accountEvents(CreateProfile createProfile) {
 *   return Subscription.of("user-service", "account.events")
 *       .on("AccountRegistered", AccountRegistered.class, createProfile);
 * }
 * }</pre>
 *
 * <p>Messages of a type it does not name are skipped and counted, not claimed: a later version of
 * the consumer that names them can still handle them in a replay. Immutable.
 */
public final class Subscription {

  private final String consumer;
  private final String topic;
  private final Map<String, Route<?>> routes;
  private final Versions versions;

  private Subscription(
      String consumer, String topic, Map<String, Route<?>> routes, Versions versions) {
    this.consumer = consumer;
    this.topic = topic;
    this.routes = routes;
    this.versions = versions;
  }

  /**
   * A subscription that handles nothing yet.
   *
   * @param consumer the name under which messages are claimed. Renaming it means handling
   *     everything again
   * @param topic e.g. {@code account.events}
   */
  public static Subscription of(String consumer, String topic) {
    return new Subscription(consumer, topic, Map.of(), Versions.UNCHECKED);
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
    return new Subscription(consumer, topic, Map.copyOf(extended), versions);
  }

  /** This subscription, with another rule for the versions of the aggregates it hears about. */
  public Subscription versions(Versions rule) {
    return new Subscription(consumer, topic, routes, rule);
  }

  /** The name under which messages are claimed. */
  public String consumer() {
    return consumer;
  }

  /** The topic it reads. */
  public String topic() {
    return topic;
  }

  /** The types of message it handles. */
  public Set<String> types() {
    return routes.keySet();
  }

  /** What it makes of the versions of the aggregates it hears about. */
  public Versions versions() {
    return versions;
  }

  /**
   * The Kafka consumer group: one for each subscription, so that the members of a group all read
   * the same topic, and one that joins for another topic makes nobody wait.
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
