package onceward.ledger.verify;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import onceward.ledger.sort.Sorter;
import onceward.ledger.source.Ahead;
import onceward.ledger.source.Appended;
import onceward.ledger.source.Claimed;
import onceward.ledger.source.DatabaseSettings;
import onceward.ledger.source.Entry;
import onceward.ledger.source.Ids;
import onceward.ledger.source.LedgerException;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.source.Names;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Published;
import onceward.ledger.source.Scope;
import onceward.ledger.source.SetAside;
import onceward.ledger.source.Topics;
import onceward.ledger.source.UnknownNameException;
import org.jspecify.annotations.Nullable;

/**
 * Finds which rows of one outbox its topics lack; or, for a consumer, which rows that consumer has
 * neither handled nor finds in its topic any more. Changes nothing.
 *
 * <p>The outbox is fixed before the topics are read, and the relay gets time to confirm what it
 * was: so a row that is only under way does not lack, unless the relay stands still. Memory does
 * not grow with the number of messages, but for the ids up to the limit. One use, by one thread.
 */
public final class ShortageSearch implements AutoCloseable {

  private static final int REPORT_EVERY = 10_000;

  private final LedgerSettings settings;
  private final String database;
  private final Scope scope;
  private final int limit;
  private final boolean withExpired;
  private final Progress progress;
  private final Names names = new Names();
  private final List<String> notes = new ArrayList<>();
  private final Opened opened = new Opened();
  private final Sorter<Published> lacking =
      opened.add(new Sorter<>(Published.CODEC, Published.BY_VERSION));
  private final Map<Integer, Facts.TopicFacts> topics = new HashMap<>();
  private final Map<Integer, Count> counts = new TreeMap<>();
  private final List<UUID> messages = new ArrayList<>();
  private long beyond;
  private long forgotten;

  /**
   * A search that has not begun.
   *
   * @param database the name of the database with the outbox
   * @param limit how many ids are kept at most
   * @param withExpired whether a topic lacks what Kafka may have deleted by age; a consumer lacks
   *     that in any case
   */
  public ShortageSearch(
      LedgerSettings settings,
      String database,
      Scope scope,
      int limit,
      boolean withExpired,
      Progress progress) {
    this.settings = settings;
    this.database = database;
    this.scope = scope;
    this.limit = limit;
    this.withExpired = withExpired || scope.consumer().isPresent();
    this.progress = progress;
  }

  /** What is known of the messages that one topic lacks. */
  private static final class Count {
    private long messages;
    private long held;
    private long expired;
    private long withheld;
    private long laterVersions;
    private @Nullable UUID oldest;
    private @Nullable UUID newest;
  }

  /**
   * Searches.
   *
   * @throws LedgerException if a server does not answer, or there is no such database or consumer
   */
  public Shortage run() throws InterruptedException {
    var at = Instant.now();
    var source = Source.connect(settingsOf(database), opened);
    if (!source.catalog().hasOutbox()) {
      throw new LedgerException("Database '%s' has no outbox.".formatted(database));
    }
    var rows = source.fix();
    waitForRelay(rows);
    var held = source.fix();
    var consumers = new Consumers(consumerSources(), scope);
    var reading = new TopicReading(scope, names, new Findings(0), opened);
    var consumer = read(reading, consumers);
    var inboxes = claims();
    compare(consumer, sequences(reading, rows, held, inboxes), source.outbox().estimate());
    countLaterVersions(reading);
    noteForgotten();
    return new Shortage(at, perTopic(), messages, beyond, notes);
  }

  @Override
  public void close() {
    opened.close();
  }

  private DatabaseSettings settingsOf(String name) {
    return settings.databases().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new UnknownNameException(
                "There is no database '%s'; known are: %s."
                    .formatted(
                        name,
                        String.join(
                            ", ",
                            settings.databases().stream().map(DatabaseSettings::name).toList()))));
  }

  private void waitForRelay(Source.Fixed rows) throws InterruptedException {
    var waiting = new ArrayList<String>();
    var isPast =
        new Relays(scope.patience(), names, progress, waiting, waiting)
            .arePast(List.of(rows))
            .containsValue(true);
    if (!isPast) {
      notes.add(
          "The relay has not confirmed all that was committed when this began. What it is about to publish may be counted as well; consumers then receive it twice and handle it once.");
    }
  }

  /** Without a consumer no inbox is asked. */
  private List<Source> consumerSources() {
    return scope.consumer().isEmpty()
        ? List.of()
        : settings.databases().stream()
            .map(one -> Source.connect(one, opened))
            .filter(one -> one.catalog().hasInbox())
            .toList();
  }

  /** Reads the topics; the facts of the consumer by topic, which are none if none is meant. */
  private Map<Integer, Facts.ConsumerFacts> read(TopicReading reading, Consumers consumers)
      throws InterruptedException {
    try (var topics = Topics.connect(settings.kafka())) {
      this.topics.putAll(
          reading.read(
              topics, settings.topicSuffix(), consumers.topics(), Optional.empty(), progress));
      var facts = new HashMap<Integer, Facts.ConsumerFacts>();
      consumers
          .facts(topics, names, this.topics.keySet(), true, notes)
          .forEach(one -> facts.put(one.topic(), one));
      return facts;
    }
  }

  /** After the topics: what a consumer has handled meanwhile does not lack. */
  private List<Source.Fixed> claims() {
    return consumerSources().stream().map(Source::fix).toList();
  }

  private List<Iterator<? extends Entry>> sequences(
      TopicReading reading, Source.Fixed rows, Source.Fixed held, List<Source.Fixed> inboxes) {
    var sequences = new ArrayList<Iterator<? extends Entry>>();
    sequences.add(reading.byId());
    sequences.add(this.<Appended>ahead(rows, to -> rows.outbox().rows(names, scope, to)));
    sequences.add(this.<SetAside>ahead(held, to -> held.outbox().heldByRelay(names, scope, to)));
    for (var inbox : inboxes) {
      var letters = inbox.again();
      var parked = inbox.again();
      sequences.add(this.<Claimed>ahead(inbox, to -> inbox.inbox().claims(names, scope, to)));
      sequences.add(
          this.<SetAside>ahead(letters, to -> letters.inbox().deadLetters(names, scope, to)));
      sequences.add(this.<SetAside>ahead(parked, to -> parked.inbox().parked(names, scope, to)));
    }
    return sequences;
  }

  private <T> Iterator<T> ahead(Source.Fixed of, Ahead.Reading<T> reading) {
    return opened.add(new Ahead<>(of.name(), reading));
  }

  private void compare(
      Map<Integer, Facts.ConsumerFacts> consumers,
      List<Iterator<? extends Entry>> sequences,
      long total) {
    var compared = 0L;
    var trails = new Trails(sequences);
    while (trails.hasNext()) {
      var trail = trails.next();
      for (var row : trail.rows()) {
        judge(trail, row, consumers);
      }
      if (++compared % REPORT_EVERY == 0) {
        progress.report("comparing", compared, Math.max(compared, total));
      }
    }
  }

  private void judge(Trail trail, Appended row, Map<Integer, Facts.ConsumerFacts> consumers) {
    var topic = names.number(names.name(row.aggregateType()) + settings.topicSuffix());
    if (!isMeant(topic) || isIn(topic, trail)) {
      return;
    }
    if (scope.consumer().isPresent() && !lacks(consumers.get(topic), trail, row)) {
      return;
    }
    var count = counts.computeIfAbsent(topic, _ -> new Count());
    if (trail.isAt(SetAside.Where.HELD_BY_RELAY) || trail.isAt(SetAside.Where.DISCARDED_AT_RELAY)) {
      count.held++;
      return;
    }
    if (isExpired(topic, row)) {
      count.expired++;
      return;
    }
    if (isWithheld(topic, row)) {
      count.withheld++;
      return;
    }
    count.messages++;
    count.oldest = count.oldest == null ? row.id() : count.oldest;
    count.newest = row.id();
    if (messages.size() < limit) {
      messages.add(row.id());
    } else {
      beyond++;
    }
    lacking.add(
        new Published(
            row.id(), topic, 0, 0, row.version(), row.key(), row.keyHash(), row.type(), 0, 0));
  }

  private boolean isMeant(int topic) {
    return scope.topics().isEmpty() || scope.topics().contains(names.name(topic));
  }

  private static boolean isIn(int topic, Trail trail) {
    return trail.records().stream().anyMatch(record -> record.topic() == topic);
  }

  private boolean isExpired(int topic, Appended row) {
    var read = topics.get(topic);
    return !withExpired && read != null && read.mayHaveExpired(row.keyHash(), row.id());
  }

  private boolean isWithheld(int topic, Appended row) {
    var read = topics.get(topic);
    return read != null && read.mayBeWithheld(row.keyHash());
  }

  /** Whether the consumer has not handled the message, and would if it got the message. */
  private boolean lacks(Facts.@Nullable ConsumerFacts consumer, Trail trail, Appended row) {
    if (consumer == null
        || !consumer.handles(row.type(), trail.id())
        || trail.isClaimedBy(consumer.consumer())) {
      return false;
    }
    var isSetAside =
        trail.setAside().stream().anyMatch(one -> one.consumer() == consumer.consumer());
    if (!isSetAside && !consumer.remembers(trail.id())) {
      forgotten++;
    }
    return !isSetAside && consumer.remembers(trail.id());
  }

  /** Both are in the order of topic, key and version. */
  private void countLaterVersions(TopicReading reading) {
    var records = reading.byVersion();
    var record = next(records);
    var rows = lacking.sorted();
    Published first = null;
    while (rows.hasNext()) {
      var row = rows.next();
      if (first != null && isSameKey(first, row)) {
        continue;
      }
      first = row;
      while (record != null && Published.BY_VERSION.compare(record, row) < 0) {
        record = next(records);
      }
      while (record != null && isSameKey(record, row)) {
        counts.computeIfAbsent(row.topic(), _ -> new Count()).laterVersions++;
        record = next(records);
      }
    }
  }

  private static @Nullable Published next(Iterator<Published> records) {
    return records.hasNext() ? records.next() : null;
  }

  private static boolean isSameKey(Published one, Published other) {
    return one.topic() == other.topic() && one.key() == other.key();
  }

  private void noteForgotten() {
    if (forgotten > 0) {
      notes.add(
          "%,d messages are older than the inbox remembers: the consumer would refuse them, so they are not counted."
              .formatted(forgotten));
    }
  }

  private List<Shortage.OfTopic> perTopic() {
    return counts.entrySet().stream()
        .map(entry -> ofTopic(names.name(entry.getKey()), entry.getValue()))
        .sorted(Comparator.comparing(Shortage.OfTopic::topic))
        .toList();
  }

  private static Shortage.OfTopic ofTopic(String topic, Count count) {
    return new Shortage.OfTopic(
        topic,
        count.messages,
        Optional.ofNullable(count.oldest).flatMap(Ids::time),
        Optional.ofNullable(count.newest).flatMap(Ids::time),
        count.laterVersions,
        count.expired,
        count.held,
        count.withheld);
  }
}
