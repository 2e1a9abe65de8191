package onceward.messaging.polling;

import static java.util.stream.Collectors.toSet;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import onceward.messaging.deadletter.ParkedKeyRelease.Turn;
import onceward.messaging.deadletter.ParkedKeyRelease.WaitingKey;
import org.jspecify.annotations.Nullable;

/**
 * The overdue keys of one subscription: which stand still, and which is tried next. The key that
 * was tried or found longest ago comes first. Goes through the keys page by page, so that keys that
 * stand still do not hide those behind them.
 *
 * <p>One thread at a time looks; any may ask what stands still. Asks no database.
 */
final class OverdueKeys {

  /** Keys beyond this number are on the next page. */
  static final int PAGE_MAX = 1_000;

  /** Keys beyond this number are tried like the others, and not counted while they stand still. */
  private static final int KNOWN_MAX = 10_000;

  /** A key that has waited so long for its turn stands still. */
  private static final Duration UNTRIED_MAX = Duration.ofSeconds(30);

  private final Clock clock;
  private final Map<String, Overdue> known = new ConcurrentHashMap<>();
  private final Set<String> triedOnPage = new HashSet<>();
  private List<WaitingKey> due = List.of();
  private Queue<String> turns = new ArrayDeque<>();
  private @Nullable WaitingKey pageAfter;
  private boolean isOnlyPage;
  private int round;

  OverdueKeys(Clock clock) {
    this.clock = clock;
  }

  /**
   * A key that may be released.
   *
   * @param since when it was found first
   * @param tried when it was tried last; null if it was not tried
   * @param standstill why it could not be released when it was tried last; null if it gets on
   * @param round the last time through all pages that found the key
   */
  private record Overdue(
      Instant since, @Nullable Instant tried, @Nullable String standstill, int round) {}

  /**
   * A key that stands still although its next message may be handled.
   *
   * @param since since when
   * @param reason which message cannot be handled for now, and why
   */
  record Standing(Instant since, String reason) {}

  /** The keys that stand still. */
  Stream<Standing> standing() {
    var untriedBefore = clock.instant().minus(UNTRIED_MAX);
    return known.values().stream()
        .filter(key ->
            key.standstill() != null
                || (key.tried() == null && key.since().isBefore(untriedBefore)))
        .map(key ->
            new Standing(
                key.since(),
                key.standstill() == null
                    ? "a key waits for its turn behind keys that take long"
                    : key.standstill()));
  }

  /** The last key of the page before this one; null if this page is the first. */
  @Nullable WaitingKey pageAfter() {
    return pageAfter;
  }

  /**
   * The keys of this page. A key that was not there at the look before is left alone: most likely
   * it is being released at this moment.
   */
  void found(List<WaitingKey> page) {
    due = page.stream().filter(key -> known.containsKey(key.name())).toList();
    for (var key : page) {
      known.compute(
          key.name(),
          (_, before) ->
              before == null
                  ? new Overdue(clock.instant(), null, null, round)
                  : new Overdue(before.since(), before.tried(), before.standstill(), round));
    }
    triedOnPage.retainAll(namesOf(page));
    isOnlyPage = pageAfter == null && page.size() < PAGE_MAX;
    if (isOnlyPage) {
      endRound();
    } else if (page.isEmpty()) {
      pageAfter = null;
      endRound();
    }
    turns =
        new ArrayDeque<>(
            due.stream()
                .map(WaitingKey::name)
                .sorted(Comparator.comparing(this::triedOrFound))
                .toList());
  }

  private Instant triedOrFound(String name) {
    var key = known.get(name);
    return key == null ? Instant.MAX : key.tried() == null ? key.since() : key.tried();
  }

  /** The keys could not be read: none has a turn, and what is known of them stays. */
  void notFound() {
    due = List.of();
    turns = new ArrayDeque<>();
  }

  /** Keys that this round has not found are released. */
  private void endRound() {
    known.values().removeIf(key -> key.round() != round);
    round++;
  }

  /** Whether a key has its turn at this look. */
  boolean isDue() {
    return !turns.isEmpty();
  }

  /** The key whose turn it is. */
  String next() {
    return turns.remove();
  }

  /** Keys take turns, so that one behind which much waits does not keep the others. */
  void tried(String key, Turn turn) {
    triedOnPage.add(key);
    if (turn.isUnfinished()) {
      turns.add(key);
    }
    if (turn.standstill() == null && !turn.isUnfinished()) {
      known.remove(key);
    } else {
      known.computeIfPresent(
          key,
          (_, before) ->
              new Overdue(before.since(), clock.instant(), turn.standstill(), before.round()));
    }
  }

  /** Turns the page if each of its keys that were due was tried. */
  void ended() {
    if (isOnlyPage || due.isEmpty() || !triedOnPage.containsAll(namesOf(due))) {
      return;
    }
    pageAfter = due.getLast();
    if (known.size() > KNOWN_MAX - PAGE_MAX) {
      known.keySet().removeAll(namesOf(due));
    }
  }

  private static Set<String> namesOf(List<WaitingKey> keys) {
    return keys.stream().map(WaitingKey::name).collect(toSet());
  }
}
