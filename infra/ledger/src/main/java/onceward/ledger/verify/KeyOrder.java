package onceward.ledger.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import onceward.ledger.source.Names;
import onceward.ledger.source.Published;
import onceward.ledger.source.Republished;
import org.jspecify.annotations.Nullable;

/**
 * Checks that each aggregate's versions are in their topic without gaps and in order. Takes the
 * records by aggregate, version and place. What was published again does not count; but where it
 * stands alone behind a later version, an operator's request to republish it is looked for. For one
 * thread.
 */
final class KeyOrder {

  private static final int ASKED_AT_ONCE = 1_000;

  private final Names names;
  private final Findings findings;
  private final Set<UUID> strangers;
  private final Set<Judge.Version> discarded;
  private final Predicate<Published> hasAllSinceTheFirst;
  private final Predicate<Published> isWhereItsKeyBelongs;
  private final Function<Collection<UUID>, List<Republished>> republished;
  private final List<Late> late = new ArrayList<>();
  private @Nullable Published before;

  /** Behind a later version. */
  private record Late(Published record, String why) {}

  /**
   * A check that knows what was decided of each message.
   *
   * @param strangers messages that do not belong into their topic
   * @param discarded versions that are missing rightly
   * @param hasAllSinceTheFirst whether the record's partition has all records that it ever had
   * @param isWhereItsKeyBelongs whether the record is in the partition that its topic has for its
   *     key now
   * @param republished what relays have published again of these messages
   */
  KeyOrder(
      Names names,
      Findings findings,
      Set<UUID> strangers,
      Set<Judge.Version> discarded,
      Predicate<Published> hasAllSinceTheFirst,
      Predicate<Published> isWhereItsKeyBelongs,
      Function<Collection<UUID>, List<Republished>> republished) {
    this.names = names;
    this.findings = findings;
    this.strangers = strangers;
    this.discarded = discarded;
    this.hasAllSinceTheFirst = hasAllSinceTheFirst;
    this.isWhereItsKeyBelongs = isWhereItsKeyBelongs;
    this.republished = republished;
  }

  void next(Published record) {
    if (record.version() == 0 || strangers.contains(record.id())) {
      return;
    }
    var previous = before;
    if (previous == null || previous.topic() != record.topic() || previous.key() != record.key()) {
      if (record.version() > 1 && hasAllSinceTheFirst.test(record)) {
        gap(record, 1);
      }
    } else if (previous.version() == record.version()) {
      if (!previous.id().equals(record.id())) {
        add(Kind.OUT_OF_ORDER, record, "the same version as message " + previous.id());
      }
      return;
    } else {
      gap(record, previous.version() + 1);
      order(previous, record);
    }
    before = record;
  }

  private void order(Published previous, Published record) {
    if (previous.partition() != record.partition()) {
      // After partitions were added, a key goes on in another one. A consumer may read both at
      // once.
      var wasMoved = isWhereItsKeyBelongs.test(record) && record.millis() >= previous.millis();
      add(
          wasMoved ? Kind.REPARTITIONED : Kind.OUT_OF_ORDER,
          record,
          "version %d is in partition %d".formatted(previous.version(), previous.partition()));
    } else if (record.offset() < previous.offset()) {
      late.add(
          new Late(
              previous,
              "version %d came first, at offset %d".formatted(record.version(), record.offset())));
      if (late.size() >= ASKED_AT_ONCE) {
        judgeLate();
      }
    }
  }

  /** To be called behind the last record. */
  void end() {
    judgeLate();
  }

  private void judgeLate() {
    if (late.isEmpty()) {
      return;
    }
    var evidence =
        republished.apply(late.stream().map(one -> one.record().id()).distinct().toList()).stream()
            .collect(Collectors.groupingBy(Republished::message));
    for (var one : late) {
      evidence.getOrDefault(one.record().id(), List.of()).stream()
          .filter(again -> again.covers(one.record()))
          .findFirst()
          .ifPresentOrElse(
              again ->
                  add(
                      Kind.REPUBLISHED,
                      one.record(),
                      "%s; by request %s".formatted(one.why(), again.request())),
              () -> add(Kind.OUT_OF_ORDER, one.record(), one.why()));
    }
    late.clear();
  }

  private void gap(Published record, long from) {
    var first = from;
    while (first < record.version()
        && discarded.contains(new Judge.Version(record.topic(), record.key(), first))) {
      first++;
    }
    if (first < record.version()) {
      add(
          Kind.GAP,
          record,
          first == record.version() - 1
              ? "version %d is not in the topic".formatted(first)
              : "versions %d to %d are not in the topic".formatted(first, record.version() - 1));
    }
  }

  private void add(Kind kind, Published record, String why) {
    var topic = names.name(record.topic());
    findings.add(
        kind,
        topic,
        record.id(),
        "%s-%d@%d, version %d: %s"
            .formatted(topic, record.partition(), record.offset(), record.version(), why));
  }
}
