package onceward.messaging.readmodel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import onceward.messaging.Message;

/**
 * Says how a table is made from the messages of one topic, so that it can be made anew while it
 * answers:
 *
 * <pre>{@code
 * @Singleton
 * ReadModel<Entry> directory(Entries entries) {
 *   return ReadModel.of("directory", "user-directory", "profile.events", entries::write)
 *       .tables("directory_entry", "directory_entry_2")
 *       .on("ProfileListed", ProfileListed.class, (listed, message) ->
 *           new Entry(listed.accountId(), message.aggregateVersion(), listed.name()));
 * }
 * }</pre>
 *
 * <p>A read model has two tables of the same columns. One is live. A rebuild fills the other one
 * from the topic, while live messages are written to both, and then the other one is live. Which is
 * which stands in the table {@code read_model}; a migration of the service inserts the row of the
 * model and creates its tables. Whoever answers callers reads the live table in the same statement
 * in which it reads that row, for example through a view of both tables.
 *
 * <p>What a message says must follow from the message alone, and {@link GenerationWriter} must
 * store it in any order. {@link ReadModels#subscription} makes the live subscription. Immutable.
 *
 * @param <E> what a message says of the read model
 */
public final class ReadModel<E> {

  private final String name;
  private final String consumer;
  private final String topic;
  private final GenerationWriter<E> writer;
  private final List<Generation> generations;
  private final Map<String, Route<?, E>> routes;

  private ReadModel(
      String name,
      String consumer,
      String topic,
      GenerationWriter<E> writer,
      List<Generation> generations,
      Map<String, Route<?, E>> routes) {
    this.name = name;
    this.consumer = consumer;
    this.topic = topic;
    this.writer = writer;
    this.generations = generations;
    this.routes = routes;
  }

  /**
   * How messages of one type are read.
   *
   * @param payload the class that the JSON is read as
   * @param entry what such a message says; depends on nothing else
   */
  record Route<P, E>(Class<P> payload, BiFunction<? super P, Message, ? extends E> entry) {

    E entry(Payloads payloads, Message message) {
      return entry.apply(payloads.read(payload, message), message);
    }
  }

  /** Reads payloads. */
  public interface Payloads {

    /** The payload of the message as that class; fails if it is none. */
    <P> P read(Class<P> type, Message message);
  }

  /**
   * A read model without tables that reads no message yet.
   *
   * @param name of the row in {@code read_model}
   * @param consumer the name under which live messages are claimed
   * @param topic e.g. {@code profile.events}
   */
  public static <E> ReadModel<E> of(
      String name, String consumer, String topic, GenerationWriter<E> writer) {
    return new ReadModel<>(name, consumer, topic, writer, List.of(), Map.of());
  }

  /**
   * This read model with these tables.
   *
   * @throws IllegalArgumentException if a name is not plain, or both are the same
   */
  public ReadModel<E> tables(String first, String second) {
    if (first.equals(second)) {
      throw new IllegalArgumentException(
          "both tables of the read model '%s' are '%s'; it needs two".formatted(name, first));
    }
    var both = List.of(new Generation(1, first), new Generation(2, second));
    return new ReadModel<>(name, consumer, topic, writer, both, routes);
  }

  /**
   * This read model, also made from messages of one more type.
   *
   * @throws IllegalArgumentException if the type is read already
   */
  public <P> ReadModel<E> on(
      String type, Class<P> payload, BiFunction<? super P, Message, ? extends E> entry) {
    if (routes.containsKey(type)) {
      throw new IllegalArgumentException(this + " already reads " + type);
    }
    var extended = new LinkedHashMap<>(routes);
    extended.put(type, new Route<>(payload, entry));
    return new ReadModel<>(name, consumer, topic, writer, generations, Map.copyOf(extended));
  }

  /** The name of its row in {@code read_model}. */
  public String name() {
    return name;
  }

  /** The name under which live messages are claimed. */
  public String consumer() {
    return consumer;
  }

  /** The topic from which it is made. */
  public String topic() {
    return topic;
  }

  /** The types of message from which it is made. */
  public Set<String> types() {
    return routes.keySet();
  }

  /**
   * One of its two tables.
   *
   * @throws IllegalStateException if the model has no tables
   */
  Generation generation(int number) {
    if (generations.isEmpty()) {
      throw new IllegalStateException(this + " has no tables: name them with tables(…)");
    }
    return generations.get(number - 1);
  }

  /** What the messages say; those of other types say nothing. */
  List<E> entries(Payloads payloads, List<Message> messages) {
    var entries = new ArrayList<E>();
    for (var message : messages) {
      var route = routes.get(message.type());
      if (route != null) {
        entries.add(route.entry(payloads, message));
      }
    }
    return entries;
  }

  void write(Generation generation, List<E> entries) throws Exception {
    if (!entries.isEmpty()) {
      writer.write(generation, entries);
    }
  }

  Map<String, Route<?, E>> routes() {
    return routes;
  }

  @Override
  public String toString() {
    return "read model '%s'".formatted(name);
  }
}
