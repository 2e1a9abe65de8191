package onceward.ledger.verify;

import static java.util.stream.Collectors.toSet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import onceward.ledger.sort.Sorter;
import onceward.ledger.source.Ahead;
import onceward.ledger.source.Appended;
import onceward.ledger.source.Catalog;
import onceward.ledger.source.Claimed;
import onceward.ledger.source.CoverageTopic;
import onceward.ledger.source.DatabaseSettings;
import onceward.ledger.source.Entry;
import onceward.ledger.source.LedgerException;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.source.Names;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Scope;
import onceward.ledger.source.SetAside;
import onceward.ledger.source.Topics;
import onceward.ledger.verify.Source.Fixed;

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
  private static final int REPORT_EVERY = 10_000;

  private final LedgerSettings settings;
  private final Scope scope;
  private final Progress progress;
  private final Part part;
  private final Names names = new Names();
  private final List<String> notes = new ArrayList<>();
  private final List<String> stalls = new ArrayList<>();
  private final Findings findings;
  private final Opened opened = new Opened();
  private final Sorter<Effect> effects = opened.add(new Sorter<>(Effect.CODEC, Effect.ORDER));

  /** A comparison that has not begun. */
  public Verification(LedgerSettings settings, Scope scope, Progress progress) {
    this(settings, scope, progress, Part.WHOLE);
  }

  /** A comparison of a part. */
  Verification(LedgerSettings settings, Scope scope, Progress progress, Part part) {
    this.settings = settings;
    this.scope = scope;
    this.progress = progress;
    this.part = part;
    this.findings = new Findings(scope.examples());
  }

  /**
   * Compares.
   *
   * @throws LedgerException if a server does not answer, or the scope names what there is not
   */
  public Verdict run() throws InterruptedException {
    var at = Instant.now();
    var sources = settings.databases().stream().map(this::source).toList();
    var withOutbox = sources.stream().filter(source -> source.catalog().hasOutbox()).toList();
    var outboxes = withOutbox.stream().map(Source::fix).toList();
    var relaysArePast =
        new Relays(scope.patience(), names, progress, notes, stalls).arePast(outboxes);
    var held = withOutbox.stream().map(Source::fix).toList();
    var reading = new TopicReading(scope, names, findings, opened);
    var facts = facts(sources, relaysArePast, reading);
    var inboxes =
        sources.stream().filter(source -> source.catalog().hasInbox()).map(Source::fix).toList();
    var judge = new Judge(facts, findings);
    var compared = compare(judge, facts, withOutbox, sequences(reading, outboxes, held, inboxes));
    order(facts, judge, reading, withOutbox);
    doubledEffects();
    withdrawForeign(facts, judge, withOutbox);
    return new Verdict(
        at,
        compared,
        topics(judge),
        consumers(facts, judge),
        listed(withOutbox),
        notes,
        stalls,
        Optional.empty());
  }

  @Override
  public void close() {
    opened.close();
  }

  private Source source(DatabaseSettings database) {
    var source = Source.connect(database, opened);
    if (source.catalog().hasInbox() && source.catalog().subscriptions().isEmpty()) {
      notes.add(
          "Database %s does not say which messages its consumers handle, so none is asked for in its inbox: start its service once with this version of the library."
              .formatted(database.name()));
    }
    return source;
  }

  /** Reads the topics, and then asks how far consumers are: what they have passed was read. */
  private Facts facts(
      List<Source> sources, Map<Integer, Boolean> relaysArePast, TopicReading reading)
      throws InterruptedException {
    var consumers = new Consumers(sources, scope);
    try (var topics = Topics.connect(settings.kafka())) {
      var read =
          reading.read(
              topics, settings.topicSuffix(), consumers.topics(), part.publishedBefore(), progress);
      return new Facts(
          names,
          scope,
          settings.topicSuffix(),
          read,
          relaysArePast,
          outboxFrom(sources),
          lost(sources, topics),
          consumers.facts(topics, names, read.keySet(), scope.topics().isEmpty(), notes));
    }
  }

  private Map<Integer, Facts.LostRows> lost(List<Source> sources, Topics topics) {
    var lost = sources.stream().flatMap(source -> source.catalog().lost().stream()).toList();
    return lost.isEmpty()
        ? Map.of()
        : Facts.LostRows.of(
            lost, topics.ids(lost.stream().map(Catalog.Lost::topic).toList()), names);
  }

  /** The latest of all: whose outbox a message is from is not known where there is no row. */
  private static Optional<Instant> outboxFrom(List<Source> sources) {
    return sources.stream()
        .flatMap(source -> source.catalog().outboxFrom().stream())
        .max(Comparator.naturalOrder());
  }

  private List<Iterator<? extends Entry>> sequences(
      TopicReading reading, List<Fixed> outboxes, List<Fixed> held, List<Fixed> inboxes) {
    var sequences = new ArrayList<Iterator<? extends Entry>>();
    sequences.add(reading.byId());
    for (var outbox : outboxes) {
      sequences.add(
          this.<Appended>ahead("the outbox", outbox, to -> outbox.outbox().rows(names, scope, to)));
    }
    for (var relay : held) {
      sequences.add(
          this.<SetAside>ahead(
              "what the relay holds", relay, to -> relay.outbox().heldByRelay(names, scope, to)));
    }
    for (var claims : inboxes) {
      // All of one moment: a message that goes from one table to another is in one of them.
      var letters = claims.again();
      var parked = claims.again();
      sequences.add(
          this.<Claimed>ahead("the inbox", claims, to -> claims.inbox().claims(names, scope, to)));
      sequences.add(
          this.<SetAside>ahead(
              "the dead letters", letters, to -> letters.inbox().deadLetters(names, scope, to)));
      sequences.add(
          this.<SetAside>ahead(
              "what is parked", parked, to -> parked.inbox().parked(names, scope, to)));
    }
    return sequences;
  }

  private <T> Iterator<T> ahead(String what, Fixed of, Ahead.Reading<T> reading) {
    return opened.add(new Ahead<>("%s of %s".formatted(what, of.name()), reading));
  }

  private long compare(
      Judge judge,
      Facts facts,
      List<Source> withOutbox,
      List<Iterator<? extends Entry>> sequences) {
    var total = withOutbox.stream().mapToLong(source -> source.outbox().estimate()).sum();
    var compared = 0L;
    var trails = new Trails(sequences);
    while (trails.hasNext()) {
      var trail = trails.next();
      judge.judge(trail);
      for (var row : trail.rows()) {
        if (row.cause() != null && facts.isMeant(facts.topicOf(row.aggregateType()))) {
          effects.add(Effect.of(row, row.cause()));
        }
      }
      if (judge.suspects().size() >= SUSPECTS_MAX) {
        settle(judge, withOutbox);
      }
      if (++compared % REPORT_EVERY == 0) {
        progress.report("comparing", compared, Math.max(compared, total));
      }
    }
    settle(judge, withOutbox);
    return compared;
  }

  /** Whatever was appended after the snapshots is none of this comparison's business. */
  private static void settle(Judge judge, List<Source> withOutbox) {
    var suspects = judge.suspects();
    if (suspects.isEmpty()) {
      return;
    }
    var ids = suspects.stream().map(Trail::id).toList();
    for (var source : withOutbox) {
      var present = source.outbox().among(ids);
      suspects.removeIf(trail -> present.contains(trail.id()));
    }
    // In this order: the retention drops a day and marks it in one transaction, and snapshots do
    // not keep what is dropped.
    var outboxFrom =
        withOutbox.stream()
            .flatMap(source -> Catalog.outboxFrom(source.now()).stream())
            .max(Comparator.naturalOrder());
    suspects.forEach(trail -> judge.isGhost(trail, outboxFrom));
    suspects.clear();
  }

  private void order(Facts facts, Judge judge, TopicReading reading, List<Source> withOutbox) {
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
            },
            record -> {
              var topic = facts.topics().get(record.topic());
              return topic != null && topic.isPartitionOf(record.keyHash(), record.partition());
            },
            ids ->
                withOutbox.stream()
                    .flatMap(source -> source.outbox().republished(ids).stream())
                    .toList());
    reading.byVersion().forEachRemaining(order::next);
    order.end();
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

  /**
   * A topic of which no outbox here has a row, of whatever time and aggregate, and that no relay of
   * these publishes to, belongs to a database that nobody named.
   */
  private void withdrawForeign(Facts facts, Judge judge, List<Source> withOutbox) {
    var perhapsForeign = new ArrayList<Integer>();
    judge
        .topics()
        .forEach((number, count) -> {
          var topic = names.name(number);
          if (count.appended == 0
              && !facts.lost().containsKey(number)
              && !part.ownTopics().contains(topic)
              && findings.count(Kind.WRONG_TOPIC, topic) == 0
              && findings.count(Kind.GHOST, topic) + findings.count(Kind.UNPROVEN, topic) > 0) {
            perhapsForeign.add(number);
          }
        });
    if (perhapsForeign.isEmpty()) {
      return;
    }
    var published = publishedTo(withOutbox);
    for (var number : perhapsForeign) {
      var topic = names.name(number);
      if (!published.contains(topic) && !hasRows(topic, withOutbox)) {
        withdraw(facts, number);
      }
    }
  }

  private void withdraw(Facts facts, int number) {
    var topic = names.name(number);
    notes.add(
        "No outbox of these databases has messages of %s, so its %,d records were compared with inboxes only."
            .formatted(
                topic,
                findings.withdraw(Kind.GHOST, topic) + findings.withdraw(Kind.UNPROVEN, topic)));
    facts.consumers().stream()
        .filter(consumer -> consumer.topic() == number)
        .forEach(consumer -> findings.withdraw(Kind.GHOST, names.name(consumer.consumer())));
  }

  private boolean hasRows(String topic, List<Source> withOutbox) {
    if (!topic.endsWith(settings.topicSuffix())) {
      return false;
    }
    var kind = topic.substring(0, topic.length() - settings.topicSuffix().length());
    return withOutbox.stream().anyMatch(source -> source.outbox().has(kind));
  }

  /** The topics that positions name; none if this login may not read positions. */
  private Set<String> publishedTo(List<Source> withOutbox) {
    try (var topics = Topics.connect(settings.kafka())) {
      var positions = CoverageTopic.read(topics, settings.positionsTopic());
      return withOutbox.stream()
          .flatMap(source -> source.catalog().slots().stream())
          .flatMap(slot -> positions.topicsOf(slot).stream())
          .collect(toSet());
    } catch (LedgerException unreadable) {
      return Set.of();
    }
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

  private List<Finding> listed(List<Source> withOutbox) {
    var words = new HashMap<UUID, String>();
    var ids = findings.ids();
    if (!ids.isEmpty()) {
      withOutbox.forEach(source -> words.putAll(source.outbox().described(ids)));
    }
    return findings.list(id -> Optional.ofNullable(words.get(id)));
  }
}
