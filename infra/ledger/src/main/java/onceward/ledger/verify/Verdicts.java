package onceward.ledger.verify;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import onceward.ledger.verify.Verdict.ConsumerVerdict;
import onceward.ledger.verify.Verdict.TopicVerdict;

/** Makes one verdict of several, each about messages of its own. */
final class Verdicts {

  private Verdicts() {}

  static Verdict noting(Verdict verdict, String note) {
    var notes = new ArrayList<>(verdict.notes());
    notes.add(note);
    return new Verdict(
        verdict.at(),
        verdict.messages(),
        verdict.topics(),
        verdict.consumers(),
        verdict.findings(),
        notes,
        verdict.stalls(),
        verdict.hours());
  }

  /**
   * All of them together.
   *
   * @param examples how many messages of each finding are named
   */
  static Verdict together(Instant at, List<Verdict> verdicts, CoveredHours hours, int examples) {
    return new Verdict(
        at,
        verdicts.stream().mapToLong(Verdict::messages).sum(),
        topics(verdicts),
        consumers(verdicts),
        findings(verdicts, examples),
        verdicts.stream().flatMap(verdict -> verdict.notes().stream()).distinct().toList(),
        verdicts.stream().flatMap(verdict -> verdict.stalls().stream()).distinct().toList(),
        Optional.of(hours));
  }

  private static List<TopicVerdict> topics(List<Verdict> verdicts) {
    var topics = new TreeMap<String, TopicVerdict>();
    for (var verdict : verdicts) {
      for (var topic : verdict.topics()) {
        topics.merge(
            topic.topic(),
            topic,
            (one, other) ->
                new TopicVerdict(
                    one.topic(),
                    one.appended() + other.appended(),
                    one.published() + other.published()));
      }
    }
    return List.copyOf(topics.values());
  }

  private static List<ConsumerVerdict> consumers(List<Verdict> verdicts) {
    record Subscription(String consumer, String topic) {}
    var consumers =
        new TreeMap<Subscription, ConsumerVerdict>(
            Comparator.comparing(Subscription::consumer).thenComparing(Subscription::topic));
    for (var verdict : verdicts) {
      for (var consumer : verdict.consumers()) {
        consumers.merge(
            new Subscription(consumer.consumer(), consumer.topic()),
            consumer,
            (one, other) ->
                new ConsumerVerdict(one.consumer(), one.topic(), one.handled() + other.handled()));
      }
    }
    return List.copyOf(consumers.values());
  }

  private static List<Finding> findings(List<Verdict> verdicts, int examples) {
    record Where(Kind kind, String subject) {}
    var findings =
        new TreeMap<Where, Finding>(
            Comparator.comparing(Where::kind).thenComparing(Where::subject));
    for (var verdict : verdicts) {
      for (var finding : verdict.findings()) {
        findings.merge(
            new Where(finding.kind(), finding.subject()),
            finding,
            (one, other) -> joined(one, other, examples));
      }
    }
    return List.copyOf(findings.values());
  }

  private static Finding joined(Finding one, Finding other, int examples) {
    return new Finding(
        one.kind(),
        one.subject(),
        one.count() + other.count(),
        Stream.concat(one.oldest().stream(), other.oldest().stream())
            .min(Comparator.naturalOrder()),
        Stream.concat(one.examples().stream(), other.examples().stream()).limit(examples).toList());
  }
}
