package onceward.ledger.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import onceward.ledger.source.Catalog;
import onceward.ledger.source.Database;
import onceward.ledger.source.Ids;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.source.Subscribed;
import onceward.ledger.source.Topics;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows messages by their ids and places; clocks only say where to begin to look. One use, by one
 * thread.
 */
public final class Tracing implements AutoCloseable {

  /** Of one chain, in either direction: more is no journey that anybody reads. */
  private static final int MESSAGES_MAX = 1_000;

  /** How long a transaction may have taken that handled a message. */
  private static final Duration TRANSACTION_MAX = Duration.ofMinutes(5);

  private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{32}");

  private final LedgerSettings settings;
  private final List<Database> connected = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();
  private final Topics topics;
  private final Map<String, Integer> partitionCounts = new HashMap<>();
  private final Map<String, Map<TopicPartition, Long>> committed = new HashMap<>();

  /** A database that is asked. */
  private record Source(Database database, Messages messages, Catalog catalog) {}

  /** Connects. */
  public Tracing(LedgerSettings settings) {
    this.settings = settings;
    this.topics = Topics.connectToFind(settings.kafka());
    try {
      for (var each : settings.databases()) {
        var database = Database.connect(each);
        connected.add(database);
        sources.add(new Source(database, new Messages(database), Catalog.of(database)));
      }
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  /**
   * The journeys of the messages that are meant, of what brought them about and of what they have
   * brought about, oldest first.
   *
   * @param what the id of a message, of an aggregate or of a trace
   * @param tracesSince if given, a trace is looked for among messages made since then
   * @return empty if no outbox has any
   */
  public List<Journey> follow(String what, Optional<Instant> tracesSince) {
    var journeys = new LinkedHashMap<UUID, Journey>();
    var open = new ArrayDeque<Journey.Appended>();
    for (var found : meant(what, tracesSince)) {
      open.add(root(found));
    }
    while (!open.isEmpty() && journeys.size() < MESSAGES_MAX) {
      var row = open.remove();
      if (!journeys.containsKey(row.id())) {
        var journey = journey(row);
        journeys.put(row.id(), journey.journey());
        open.addAll(journey.children());
      }
    }
    return journeys.values().stream()
        .sorted(Comparator.comparing(journey -> journey.appended().id(), Ids.ORDER))
        .toList();
  }

  @Override
  public void close() {
    topics.close();
    connected.forEach(Database::close);
  }

  private List<Journey.Appended> meant(String what, Optional<Instant> tracesSince) {
    var id = uuid(what);
    var found = new ArrayList<Journey.Appended>();
    for (var source : outboxes()) {
      id.flatMap(source.messages::byId).ifPresent(found::add);
    }
    for (var source : outboxes()) {
      if (found.isEmpty() || found.getFirst().aggregateId().equals(what)) {
        found.addAll(source.messages.ofAggregate(what, MESSAGES_MAX));
      }
    }
    if (found.isEmpty() && TRACE_ID.matcher(what).matches()) {
      outboxes()
          .forEach(
              source -> found.addAll(source.messages.ofTrace(what, tracesSince, MESSAGES_MAX)));
    }
    return found;
  }

  private List<Source> outboxes() {
    return sources.stream().filter(source -> source.catalog.hasOutbox()).toList();
  }

  /** The first message of the chain, as far as outboxes still have it. */
  private Journey.Appended root(Journey.Appended row) {
    var first = row;
    for (var steps = 0; steps < MESSAGES_MAX; steps++) {
      var cause = first.cause().flatMap(this::byId);
      if (cause.isEmpty()) {
        return first;
      }
      first = cause.get();
    }
    return first;
  }

  private Optional<Journey.Appended> byId(UUID id) {
    return outboxes().stream().flatMap(source -> source.messages.byId(id).stream()).findFirst();
  }

  private record Followed(Journey journey, List<Journey.Appended> children) {}

  private Followed journey(Journey.Appended row) {
    var topic = row.aggregateType() + settings.topicSuffix();
    var searched = search(row, topic);
    var places =
        searched.found().stream()
            .map(found ->
                new Journey.Place(found.topic(), found.partition(), found.offset(), found.at()))
            .toList();
    var consumers = new ArrayList<Journey.Consumer>();
    var children = new ArrayList<Journey.Appended>();
    for (var source : sources) {
      for (var subscribed : source.catalog.subscriptions()) {
        if (subscribed.topic().equals(topic) && subscribed.since().containsKey(row.type())) {
          var consumer = consumer(source, subscribed, row, places);
          consumers.add(consumer);
          consumer
              .at()
              .filter(_ -> consumer.step() == Journey.Step.HANDLED && source.catalog.hasOutbox())
              .ifPresent(at ->
                  children.addAll(
                      source.messages.causedBy(row.id(), at, TRANSACTION_MAX, MESSAGES_MAX)));
        }
      }
    }
    var journey =
        new Journey(
            row,
            places,
            places.isEmpty() ? Optional.of(atRelay(row, searched.isToEnd())) : Optional.empty(),
            consumers,
            children.stream().map(Journey.Appended::id).toList());
    return new Followed(journey, children);
  }

  private Topics.Searched search(Journey.Appended row, String topic) {
    var partitions =
        partitionCounts.computeIfAbsent(
            topic, name -> topics.named(name::equals).getOrDefault(name, 0));
    return partitions == 0
        ? new Topics.Searched(List.of(), true)
        : topics.find(row.id(), row.aggregateId(), topic, partitions, () -> publishedLate(row));
  }

  private List<Instant> publishedLate(Journey.Appended row) {
    return outboxes().stream()
        .filter(source -> source.database.name().equals(row.database()))
        .flatMap(source -> source.messages.publishedLate(row.id()).stream())
        .toList();
  }

  /**
   * What is known of the relay.
   *
   * @param isToEnd whether the topic certainly has no record: one that was published much later
   *     than its message was made may be anywhere
   */
  private String atRelay(Journey.Appended row, boolean isToEnd) {
    var searched = isToEnd ? "not published: " : "no record found near its time: ";
    return sources.stream()
        .filter(source -> source.database.name().equals(row.database()))
        .findFirst()
        .map(source ->
            source
                .messages
                .heldByRelay(row.id())
                .orElseGet(() ->
                    source.catalog.slots().stream()
                        .map(source.messages::slotSentence)
                        .reduce((one, other) -> one + "; " + other)
                        .map(searched::concat)
                        .orElse("nothing says which slot it is captured from")))
        .orElse("its database is not known");
  }

  private Journey.Consumer consumer(
      Source source, Subscribed subscribed, Journey.Appended row, List<Journey.Place> places) {
    var name = subscribed.consumer();
    var known = source.messages.atConsumer(name, row.id());
    if (known.isPresent()) {
      return known.get();
    }
    var group = subscribed.group();
    var offsets =
        committed.computeIfAbsent(
            group, _ -> topics.committed(List.of(group)).getOrDefault(group, Map.of()));
    for (var place : places) {
      var next = offsets.getOrDefault(new TopicPartition(place.topic(), place.partition()), 0L);
      if (place.offset() < next) {
        return new Journey.Consumer(
            name,
            Journey.Step.PASSED,
            Optional.empty(),
            Optional.of("it goes on at offset " + next));
      }
    }
    return new Journey.Consumer(name, Journey.Step.WAITS, Optional.empty(), Optional.empty());
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException other) {
      return Optional.empty();
    }
  }
}
