package onceward.ledger.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import onceward.ledger.source.Hours;
import onceward.ledger.source.LedgerException;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Scope;
import onceward.ledger.source.Topics;
import onceward.ledger.verify.CoveredHours.Unproven;
import onceward.ledger.verify.HourReading.NoUseException;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares outboxes, topics and inboxes by sums, and reads the hours that these do not prove.
 *
 * <p>Sums prove that each row was published and claimed. They do not look into topics: a ghost, a
 * record that differs or that is out of order is found where an hour is read. Nothing is reported
 * as wrong before everything has been read.
 */
public final class Lookup {

  /** Most messages are published soon; for those that are not, a stretch is read once more. */
  private static final Duration PUBLISHED_WITHIN = Duration.ofHours(1);

  /** What may be said of a message only because its record was published later. */
  private static final Set<Kind> PERHAPS_LATER =
      EnumSet.of(Kind.MISSING, Kind.NOT_PUBLISHED_YET, Kind.LOST, Kind.GAP);

  private final LedgerSettings settings;
  private final Scope scope;
  private final Progress progress;

  /** A comparison that has not begun. */
  public Lookup(LedgerSettings settings, Scope scope, Progress progress) {
    this.settings = settings;
    this.scope = scope;
    this.progress = progress;
  }

  /**
   * Compares.
   *
   * @throws onceward.ledger.source.LedgerException if a server does not answer, or the scope names
   *     what there is not
   */
  public Verdict run() throws InterruptedException {
    var at = Instant.now();
    Judged judged;
    try {
      judged = judged();
    } catch (NoUseException useless) {
      return Verdicts.noting(read(scope, Part.WHOLE), useless.why());
    } catch (LedgerException failed) {
      return Verdicts.noting(
          read(scope, Part.WHOLE),
          "Sums could not be made, so everything was read: " + failed.getMessage());
    }
    var verdicts = new ArrayList<Verdict>();
    verdicts.add(judged.ofProvenHours(at));
    for (var stretch : judged.toRead()) {
      verdicts.add(readStretch(stretch, judged.ownTopics));
    }
    var covered = judged.covered(scope.examples());
    var verdict = Verdicts.together(at, verdicts, covered, scope.examples());
    if (judged.proven.isEmpty()) {
      return verdict;
    }
    if (!verdict.holds()) {
      // A stretch may lack what lies beyond it: the version before, or a record whose time is of a
      // clock that differs. An alarm needs everything.
      return Verdicts.noting(
          Verdicts.together(at, List.of(read(scope, Part.WHOLE)), covered, scope.examples()),
          "Something was wrong in the hours that were read, so everything was read.");
    }
    return judged.keptFrom.map(from -> Verdicts.noting(verdict, tooOld(from))).orElse(verdict);
  }

  private static String tooOld(Instant from) {
    return "Outboxes do not keep all rows from before %s, so from before only hours that have rows left were compared: --deep reads all that is left."
        .formatted(from);
  }

  private Verdict readStretch(Scope stretch, Set<String> ownTopics) throws InterruptedException {
    var part = new Part(ownTopics, stretch.until().map(until -> until.plus(PUBLISHED_WITHIN)));
    var verdict = read(stretch, part);
    return part.publishedBefore().isEmpty() || verdict.of(PERHAPS_LATER).isEmpty()
        ? verdict
        : read(stretch, part.withAllRecords());
  }

  private Verdict read(Scope stretch, Part part) throws InterruptedException {
    try (var verification = new Verification(settings, stretch, progress, part)) {
      return verification.run();
    }
  }

  private Judged judged() {
    try (var opened = new Opened();
        var topics = Topics.connect(settings.kafka())) {
      var sources =
          settings.databases().stream().map(database -> Source.connect(database, opened)).toList();
      var reading = new HourReading(settings, scope, progress, sources, topics);
      var facts = reading.read();
      var judge = new HourJudge(facts);
      var doubts = new TreeMap<Long, String>();
      var proven = new TreeSet<Long>();
      for (long hour : facts.hours()) {
        if (reading.keptFrom().map(Hours.start(hour)::isBefore).orElse(false)) {
          doubts.put(hour, "outboxes do not keep all of it");
        } else {
          judge.doubt(hour).ifPresentOrElse(why -> doubts.put(hour, why), () -> proven.add(hour));
        }
      }
      doubtShortTopics(judge, topics, facts.ends(), proven, doubts);
      return new Judged(scope, proven, doubts, facts, judge, reading.keptFrom(), ownTopics(facts));
    }
  }

  /** A topic that holds less than was published to it has lost some, nobody knows of which hour. */
  private static void doubtShortTopics(
      HourJudge judge,
      Topics topics,
      Map<TopicPartition, Long> ends,
      Set<Long> proven,
      Map<Long, String> doubts) {
    judge
        .least(proven)
        .forEach((topic, wanted) -> {
          var offsets = topics.offsetsBetween(topic, Hours.start(wanted.fromHour()), ends);
          if (offsets < wanted.messages()) {
            for (var hour : List.copyOf(proven)) {
              if (judge.concerns(topic, hour)) {
                proven.remove(hour);
                doubts.put(
                    hour,
                    "topic %s has %,d records where %,d were published"
                        .formatted(topic, offsets, wanted.messages()));
              }
            }
          }
        });
  }

  private static Set<String> ownTopics(HourFacts facts) {
    var own = new HashSet<String>();
    facts.outboxes().stream()
        .flatMap(outbox -> outbox.rows().values().stream())
        .flatMap(List::stream)
        .forEach(rows -> own.add(facts.topicOf(rows.kind())));
    return own;
  }

  /**
   * Which hours are proven, and why others are not.
   *
   * @param keptFrom before this only hours were looked at that have rows left
   * @param ownTopics topics of which an outbox has rows
   */
  private record Judged(
      Scope scope,
      Set<Long> proven,
      SortedMap<Long, String> doubts,
      HourFacts facts,
      HourJudge judge,
      Optional<Instant> keptFrom,
      Set<String> ownTopics) {

    /** All that is asked for but the proven hours. */
    List<Scope> toRead() {
      if (proven.isEmpty()) {
        return List.of(scope);
      }
      var stretches = new ArrayList<Scope>();
      for (var stretch : Stretches.of(new TreeSet<>(doubts.keySet()))) {
        stretches.add(scope.between(since(stretch.first()), until(stretch.last())));
      }
      return stretches;
    }

    /** Nothing is known of before the first hour, and so nothing is left out. */
    private Optional<Instant> since(long first) {
      var begin = Hours.start(first);
      if (keptFrom.isEmpty() && proven.stream().allMatch(hour -> hour > first)) {
        return scope.since();
      }
      return scope.since().filter(asked -> asked.isAfter(begin)).or(() -> Optional.of(begin));
    }

    private Optional<Instant> until(long last) {
      var end = Hours.start(last + 1);
      if (proven.stream().allMatch(hour -> hour < last)) {
        return scope.until();
      }
      return scope.until().filter(asked -> asked.isBefore(end)).or(() -> Optional.of(end));
    }

    /** As if their messages had been read. */
    Verdict ofProvenHours(Instant at) {
      return new Verdict(
          at,
          provenMessages(),
          proven.stream().flatMap(hour -> judge.topics(hour).stream()).toList(),
          proven.stream().flatMap(hour -> judge.consumers(hour).stream()).toList(),
          List.of(),
          List.of(),
          List.of(),
          Optional.empty());
    }

    private long provenMessages() {
      return proven.stream().mapToLong(facts::messages).sum();
    }

    CoveredHours covered(int examples) {
      var unproven = new LinkedHashMap<Instant, String>();
      doubts.forEach((hour, why) -> {
        if (unproven.size() < examples) {
          unproven.put(Hours.start(hour), why);
        }
      });
      return new CoveredHours(
          proven.size(),
          provenMessages(),
          proven.stream().filter(judge::isExpired).count(),
          doubts.size(),
          unproven.entrySet().stream()
              .map(entry -> new Unproven(entry.getKey(), entry.getValue()))
              .toList());
    }
  }
}
