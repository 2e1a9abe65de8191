package onceward.ledger.verify;

import java.time.Duration;
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
import java.util.stream.Collectors;
import onceward.ledger.sort.Sorter;
import onceward.ledger.source.Ahead;
import onceward.ledger.source.Appended;
import onceward.ledger.source.Catalog;
import onceward.ledger.source.Claimed;
import onceward.ledger.source.Database;
import onceward.ledger.source.DatabaseSettings;
import onceward.ledger.source.Entry;
import onceward.ledger.source.LedgerException;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.source.Names;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Published;
import onceward.ledger.source.Scope;
import onceward.ledger.source.SetAside;
import onceward.ledger.source.Subscribed;
import onceward.ledger.source.Topics;
import onceward.ledger.verify.Facts.ConsumerFacts;
import onceward.ledger.verify.Facts.TopicFacts;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares outboxes, topics and inboxes while they are in use. The order makes that safe:
 *
 * <ol>
 *   <li>The outboxes are fixed as they are: a snapshot and a place in the log behind it.
 *   <li>The relays get time to confirm that place. What they have confirmed must be in the topics.
 *   <li>What the relays hold is fixed, which from now on may only move into the topics.
 *   <li>The topics are read to their ends, and sorted by message id on disk.
 *   <li>The consumers' offsets are asked for, and then the inboxes are fixed: what a consumer has
 *       passed, it must have claimed.
 *   <li>All are read side by side, in the order of ids; each message is judged by itself.
 *   <li>What is published or handled and was not in the snapshots is looked for once more.
 *   <li>The records are read again by aggregate and version.
 * </ol>
 *
 * <p>Memory does not grow with the number of messages. One use, by one thread.
 */
public final class Verification implements AutoCloseable {

  private static final int SUSPECTS_MAX = 1_000;
  private static final Duration RELAY_POLL = Duration.ofMillis(200);
  private static final int REPORT_EVERY = 10_000;

  private final LedgerSettings settings;
  private final Scope scope;
  private final Progress progress;
  private final Names names = new Names();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Sorter<Published> byId = open(new Sorter<>(Published.CODEC, Published.BY_ID));
  private final Sorter<Published> byVersion =
      open(new Sorter<>(Published.CODEC, Published.BY_VERSION));
  private final Sorter<Effect> effects = open(new Sorter<>(Effect.CODEC, Effect.ORDER));
  private final Findings findings;

  /** A comparison that has not begun. */
  public Verification(LedgerSettings settings, Scope scope, Progress progress) {
    this.settings = settings;
    this.scope = scope;
    this.progress = progress;
    this.findings = new Findings(scope.examples());
  }

  /** A database that is looked at: what it has, and a connection for questions. */
  private record Source(DatabaseSettings settings, Database questions, Catalog catalog) {

    String name() {
      return settings.name();
    }
  }

  /** A database as it is at one moment. */
  private record Fixed(Source source, Database rows, Database.Snapshot snapshot) {

    String place() {
      return snapshot.place();
    }
  }

  /**
   * Compares.
   *
   * @throws LedgerException if a server does not answer, or the scope names what there is not
   */
  public Verdict run() throws InterruptedException {
    var at = Instant.now();
    var sources = settings.databases().stream().map(this::source).toList();
    var outboxes =
        sources.stream().filter(source -> source.catalog.hasOutbox()).map(this::fix).toList();
    var relays = relays(outboxes);
    var held = outboxes.stream().map(outbox -> fix(outbox.source)).toList();
    try (var topics = Topics.connect(settings.kafka())) {
      var read = readTopics(topics, subscriptions(sources));
      var consumers = consumers(topics, sources, read);
      var facts =
          new Facts(
              names, scope, settings.topicSuffix(), read, relays, outboxFrom(sources), consumers);
      return compare(at, facts, sources, outboxes, held);
    }
  }

  @Override
  public void close() {
    for (var resource : open.reversed()) {
      try {
        resource.close();
      } catch (Exception ignored) {
        // Nothing was changed; temporary files stay at worst.
      }
    }
  }

  private Source source(DatabaseSettings database) {
    var questions = open(Database.connect(database));
    var catalog = questions.catalog();
    if (catalog.hasInbox() && catalog.subscriptions().isEmpty()) {
      notes.add(
          "Database %s does not say which messages its consumers handle, so none is asked for in its inbox: start its service once with this version of the library."
              .formatted(database.name()));
    }
    return new Source(database, questions, catalog);
  }

  private Fixed fix(Source source) {
    var rows = open(Database.connect(source.settings));
    return new Fixed(source, rows, rows.snapshot());
  }

  /** Whether the relay of each outbox is past its snapshot, or has gone for good. */
  private Map<Integer, Boolean> relays(List<Fixed> outboxes) throws InterruptedException {
    var past = new HashMap<Integer, Boolean>();
    var end = System.nanoTime() + scope.patience().toNanos();
    for (var outbox : outboxes) {
      var source = outbox.source;
      var slot = source.catalog.slot();
      if (slot.isEmpty()) {
        notes.add(
            "Nothing says which slot the outbox of %s is captured from: rows that are not published count as under way. Name the slot."
                .formatted(source.name()));
        past.put(names.number(source.name()), false);
        continue;
      }
      progress.report("waiting for the relay of " + source.name(), 0, 1);
      var confirmed = source.questions.isConfirmed(slot.get(), outbox.place());
      while (confirmed.isPresent() && !confirmed.get() && System.nanoTime() - end < 0) {
        Thread.sleep(RELAY_POLL);
        confirmed = source.questions.isConfirmed(slot.get(), outbox.place());
      }
      past.put(names.number(source.name()), confirmed.orElse(true));
      note(source, slot.get(), confirmed);
    }
    return past;
  }

  private void note(Source source, String slot, Optional<Boolean> confirmed) {
    if (confirmed.isEmpty()) {
      notes.add(
          "Slot %s of %s is gone, so no relay will publish what is missing: see the runbook, slot-missing."
              .formatted(slot, source.name()));
    } else if (!confirmed.get()) {
      notes.add(
          "The relay of %s has not confirmed within %d s what was committed when this began: rows that are not published count as under way. See `relay status`."
              .formatted(source.name(), scope.patience().toSeconds()));
    }
  }

  private List<Subscribed> subscriptions(List<Source> sources) {
    var all = sources.stream().flatMap(source -> source.catalog.subscriptions().stream()).toList();
    var meant =
        all.stream()
            .filter(one -> scope.consumer().map(one.consumer()::equals).orElse(true))
            .toList();
    if (scope.consumer().isPresent() && meant.isEmpty()) {
      throw new LedgerException(
          "No consumer is called '%s'; known are: %s."
              .formatted(
                  scope.consumer().get(),
                  all.stream()
                      .map(Subscribed::consumer)
                      .distinct()
                      .sorted()
                      .collect(Collectors.joining(", "))));
    }
    return meant;
  }

  private Map<Integer, TopicFacts> readTopics(Topics topics, List<Subscribed> subscriptions) {
    var ofConsumers = subscriptions.stream().map(Subscribed::topic).collect(Collectors.toSet());
    var counts =
        topics.named(topic ->
            scope.topics().isEmpty()
                ? scope.consumer().isPresent()
                    ? ofConsumers.contains(topic)
                    : topic.endsWith(settings.topicSuffix()) || ofConsumers.contains(topic)
                : scope.topics().contains(topic));
    var ranges = topics.ranges(counts, scope.since());
    var firsts = new HashMap<TopicPartition, Instant>();
    read(topics, ranges, firsts);
    var facts = new HashMap<Integer, TopicFacts>();
    counts.forEach((topic, partitions) -> {
      var keptFrom = new HashMap<Integer, Instant>();
      for (var partition = 0; partition < partitions; partition++) {
        var place = new TopicPartition(topic, partition);
        var range = ranges.get(place);
        if (range != null && range.begin() > 0) {
          // Nothing is left of an empty one, and nobody can tell since when.
          keptFrom.put(partition, firsts.getOrDefault(place, Instant.MAX));
        }
      }
      facts.put(names.number(topic), new TopicFacts(partitions, keptFrom));
    });
    return facts;
  }

  private void read(
      Topics topics,
      Map<TopicPartition, Topics.Range> ranges,
      Map<TopicPartition, Instant> firsts) {
    var total = ranges.values().stream().mapToLong(Topics.Range::length).sum();
    var key = scope.aggregate().map(Database::keyDigest);
    topics.read(
        ranges,
        names,
        new Topics.Reader() {
          @Override
          public void published(Published record) {
            if (scope.includes(record.id()) && key.map(one -> one == record.key()).orElse(true)) {
              byId.add(record);
              byVersion.add(record);
            }
          }

          @Override
          public void unreadable(String topic, String place) {
            findings.add(Kind.GHOST, topic, null, place + " names no message");
          }

          @Override
          public void first(TopicPartition partition, Instant published) {
            firsts.put(partition, published);
          }
        },
        done -> progress.report("reading topics", Math.min(done, total), total));
  }

  private List<ConsumerFacts> consumers(
      Topics topics, List<Source> sources, Map<Integer, TopicFacts> read) {
    var meant = subscriptions(sources);
    var committed = topics.committed(meant.stream().map(Subscribed::group).distinct().toList());
    var facts = new ArrayList<ConsumerFacts>();
    for (var source : sources) {
      for (var subscribed : source.catalog.subscriptions()) {
        if (!meant.contains(subscribed)) {
          continue;
        }
        var topic = names.number(subscribed.topic());
        if (!read.containsKey(topic)) {
          if (scope.topics().isEmpty()) {
            notes.add(
                "Topic %s, which %s reads, does not exist."
                    .formatted(subscribed.topic(), subscribed.consumer()));
          }
          continue;
        }
        var since = new HashMap<Integer, Optional<Instant>>();
        subscribed.since().forEach((type, from) -> since.put(names.number(type), from));
        facts.add(
            new ConsumerFacts(
                names.number(subscribed.consumer()),
                topic,
                since,
                passed(subscribed, committed.getOrDefault(subscribed.group(), Map.of())),
                source.catalog.inboxFrom().orElse(new UUID(0, 0))));
      }
    }
    return facts;
  }

  /** What Kafka has committed; what the consumer remembers itself where Kafka has forgotten. */
  private static Map<Integer, Long> passed(
      Subscribed subscribed, Map<TopicPartition, Long> committed) {
    var passed = new HashMap<>(subscribed.nextOffsets());
    committed.forEach((partition, offset) -> {
      if (partition.topic().equals(subscribed.topic())) {
        passed.put(partition.partition(), offset);
      }
    });
    return passed;
  }

  /** The latest of all: whose outbox a message is from is not known where there is no row. */
  private static Optional<Instant> outboxFrom(List<Source> sources) {
    return sources.stream()
        .flatMap(source -> source.catalog.outboxFrom().stream())
        .max(Comparator.naturalOrder());
  }

  private Verdict compare(
      Instant at, Facts facts, List<Source> sources, List<Fixed> outboxes, List<Fixed> held) {
    var judge = new Judge(facts, findings);
    var total = 0L;
    for (var source : sources) {
      total += source.questions.estimate("outbox");
    }
    var compared = 0L;
    var trails = new Trails(sequences(sources, outboxes, held));
    while (trails.hasNext()) {
      var trail = trails.next();
      judge.judge(trail);
      for (var row : trail.rows()) {
        if (row.cause() != null && facts.isMeant(facts.topicOf(row.aggregateType()))) {
          effects.add(Effect.of(row, row.cause()));
        }
      }
      if (judge.suspects().size() >= SUSPECTS_MAX) {
        settle(judge, sources);
      }
      if (++compared % REPORT_EVERY == 0) {
        progress.report("comparing", compared, Math.max(compared, total));
      }
    }
    settle(judge, sources);
    order(facts, judge);
    doubledEffects();
    withdrawForeign(facts, judge);
    return new Verdict(
        at, compared, topics(judge), consumers(facts, judge), listed(sources), List.copyOf(notes));
  }

  private List<Iterator<? extends Entry>> sequences(
      List<Source> sources, List<Fixed> outboxes, List<Fixed> held) {
    var sequences = new ArrayList<Iterator<? extends Entry>>();
    sequences.add(byId.sorted());
    for (var outbox : outboxes) {
      var of = " of " + outbox.source.name();
      sequences.add(
          this.<Appended>ahead("the outbox" + of, to -> outbox.rows.appended(names, scope, to)));
    }
    for (var relay : held) {
      var of = " of " + relay.source.name();
      sequences.add(
          this.<SetAside>ahead(
              "what the relay holds" + of, to -> relay.rows.heldByRelay(names, scope, to)));
    }
    for (var source : sources) {
      if (source.catalog.hasInbox()) {
        sequences.addAll(ofConsumers(source));
      }
    }
    return sequences;
  }

  /** All of one moment: a message that goes from one table to another is in one of them. */
  private List<Iterator<? extends Entry>> ofConsumers(Source source) {
    var of = " of " + source.name();
    var claims = fix(source);
    var letters = open(Database.connect(source.settings));
    letters.share(claims.snapshot);
    var parked = open(Database.connect(source.settings));
    parked.share(claims.snapshot);
    return List.of(
        this.<Claimed>ahead("the inbox" + of, to -> claims.rows.claimed(names, scope, to)),
        this.<SetAside>ahead("the dead letters" + of, to -> letters.deadLetters(names, scope, to)),
        this.<SetAside>ahead("what is parked" + of, to -> parked.parked(names, scope, to)));
  }

  private <T> Iterator<T> ahead(String name, Ahead.Reading<T> reading) {
    return open(new Ahead<>(name, reading));
  }

  /** Whatever was appended after the snapshots is none of this comparison's business. */
  private void settle(Judge judge, List<Source> sources) {
    var suspects = judge.suspects();
    var ids = suspects.stream().map(Trail::id).toList();
    for (var source : sources) {
      if (source.catalog.hasOutbox() && !suspects.isEmpty()) {
        var present = source.questions.among(ids);
        suspects.removeIf(trail -> present.contains(trail.id()));
      }
    }
    suspects.forEach(judge::isGhost);
    suspects.clear();
  }

  private void order(Facts facts, Judge judge) {
    progress.report("checking the order", 0, 1);
    var isWhole = scope.since().isEmpty() && facts.outboxFrom().isEmpty();
    var order =
        new KeyOrder(
            names,
            findings,
            judge.strangers(),
            judge.discarded(),
            record -> {
              var topic = facts.topics().get(record.topic());
              return isWhole && topic != null && !topic.keptFrom().containsKey(record.partition());
            });
    byVersion.sorted().forEachRemaining(order::next);
  }

  private void doubledEffects() {
    var sorted = effects.sorted();
    Effect before = null;
    while (sorted.hasNext()) {
      var effect = sorted.next();
      if (before != null && effect.repeats(before)) {
        findings.add(
            Kind.DOUBLED_EFFECT,
            names.name(effect.database()),
            effect.id(),
            "as message %s, because of message %s".formatted(before.id(), effect.cause()));
      }
      before = effect;
    }
  }

  /** A topic of which no outbox here has a row belongs to a database that nobody named. */
  private void withdrawForeign(Facts facts, Judge judge) {
    judge
        .topics()
        .forEach((number, count) -> {
          var topic = names.name(number);
          if (count.appended > 0 || findings.count(Kind.WRONG_TOPIC, topic) > 0) {
            return;
          }
          var records =
              findings.withdraw(Kind.GHOST, topic) + findings.withdraw(Kind.UNPROVEN, topic);
          if (records > 0) {
            notes.add(
                "No outbox of these databases has messages of %s, so its %,d records were compared with inboxes only."
                    .formatted(topic, records));
            facts.consumers().stream()
                .filter(consumer -> consumer.topic() == number)
                .forEach(
                    consumer -> findings.withdraw(Kind.GHOST, names.name(consumer.consumer())));
          }
        });
  }

  private List<Verdict.TopicVerdict> topics(Judge judge) {
    var verdicts = new TreeMap<String, Verdict.TopicVerdict>();
    judge
        .topics()
        .forEach((number, count) ->
            verdicts.put(
                names.name(number),
                new Verdict.TopicVerdict(names.name(number), count.appended, count.published)));
    return List.copyOf(verdicts.values());
  }

  private List<Verdict.ConsumerVerdict> consumers(Facts facts, Judge judge) {
    return facts.consumers().stream()
        .map(consumer ->
            new Verdict.ConsumerVerdict(
                names.name(consumer.consumer()),
                names.name(consumer.topic()),
                judge.handled(consumer.consumer(), consumer.topic())))
        .sorted(
            Comparator.comparing(Verdict.ConsumerVerdict::consumer)
                .thenComparing(Verdict.ConsumerVerdict::topic))
        .toList();
  }

  private List<Finding> listed(List<Source> sources) {
    var words = new HashMap<UUID, String>();
    var ids = findings.ids();
    for (var source : sources) {
      if (source.catalog.hasOutbox() && !ids.isEmpty()) {
        source.questions.described(ids).forEach((id, message) -> words.put(id, message.words()));
      }
    }
    return findings.list(id -> Optional.ofNullable(words.get(id)));
  }

  private <T extends AutoCloseable> T open(T resource) {
    open.add(resource);
    return resource;
  }
}
