package onceward.messaging.key;

import static java.util.stream.Collectors.toCollection;
import static onceward.messaging.subscription.Versions.GAPLESS;
import static onceward.messaging.subscription.Versions.GAPLESS_FROM_FIRST_SEEN;
import static onceward.messaging.subscription.Versions.UNCHECKED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import onceward.messaging.key.KeyDecision.CloseLetter;
import onceward.messaging.key.KeyDecision.Drop;
import onceward.messaging.key.KeyDecision.GiveUpMissing;
import onceward.messaging.key.KeyDecision.Handle;
import onceward.messaging.key.KeyDecision.HandleLetter;
import onceward.messaging.key.KeyDecision.HandleParked;
import onceward.messaging.key.KeyDecision.Park;
import onceward.messaging.key.KeyDecision.Refusal;
import onceward.messaging.key.KeyDecision.Refuse;
import onceward.messaging.key.KeyDecision.Release;
import onceward.messaging.key.KeyDecision.Wait;
import onceward.messaging.key.KeyState.Flowing;
import onceward.messaging.key.KeyState.Gap;
import onceward.messaging.key.KeyState.NextParked;
import onceward.messaging.key.KeyState.OpenLetter;
import onceward.messaging.key.KeyState.Parked;
import onceward.messaging.key.KeyState.Released;
import onceward.messaging.subscription.Versions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: whether a key may go on is decided in one place, and the drawing of that place is true. */
class ConsumedKeyTest {

  private static final Path PAGE = Path.of("../docs/state-machines.md");
  private static final KeyState FLOWING = new Flowing();
  private static final KeyState PARKED = new Parked();
  private static final KeyState RELEASED = new Released();

  static Stream<Arguments> arrivals() {
    return Stream.of(
        // Versions are not checked: whatever comes is handled, unless the key waits.
        arrival(FLOWING, UNCHECKED, null, 7, new Handle()),
        arrival(FLOWING, UNCHECKED, 9L, 7, new Handle()),
        arrival(PARKED, UNCHECKED, null, 7, new Park()),
        arrival(RELEASED, UNCHECKED, null, 7, new Park()),
        // The first version that comes.
        arrival(FLOWING, GAPLESS, null, 1, new Handle()),
        arrival(FLOWING, GAPLESS, null, 5, tooEarly("version 5 came first")),
        arrival(FLOWING, GAPLESS_FROM_FIRST_SEEN, null, 5, new Handle()),
        // Later versions.
        arrival(FLOWING, GAPLESS, 3L, 3, new Drop()),
        arrival(FLOWING, GAPLESS, 3L, 4, new Handle()),
        arrival(FLOWING, GAPLESS, 3L, 6, tooEarly("version 6 came after version 3")),
        arrival(
            FLOWING, GAPLESS_FROM_FIRST_SEEN, 3L, 6, tooEarly("version 6 came after version 3")),
        // The key waits for an operator.
        arrival(PARKED, GAPLESS, 3L, 3, new Drop()),
        arrival(PARKED, GAPLESS, 3L, 4, new Park()),
        arrival(PARKED, GAPLESS, 3L, 6, new Park()),
        // So far versions were not checked, or no message has been handled yet.
        arrival(PARKED, GAPLESS, null, 6, new Park()),
        arrival(PARKED, GAPLESS_FROM_FIRST_SEEN, null, 6, new Park()),
        arrival(RELEASED, GAPLESS_FROM_FIRST_SEEN, null, 6, new Park()),
        // The key waits for versions 4 and 5.
        arrival(new Gap(6), GAPLESS, 3L, 3, new Drop()),
        arrival(new Gap(6), GAPLESS, 3L, 4, new Handle()),
        arrival(new Gap(6), GAPLESS, 3L, 5, new Park()),
        arrival(new Gap(6), GAPLESS, 3L, 6, new Park()),
        arrival(new Gap(6), GAPLESS, 5L, 6, new Park()),
        arrival(new Gap(6), GAPLESS, 3L, 7, new Park()),
        arrival(new Gap(2), GAPLESS, null, 1, new Handle()));
  }

  @ParameterizedTest
  @MethodSource("arrivals")
  void a_message_that_arrives(
      KeyState state, LastVersion last, long version, KeyDecision.OnArrival decision) {
    assertThat(key(state, last).onArrival(version, false)).isEqualTo(decision);
  }

  @ParameterizedTest
  @MethodSource("arrivals")
  void a_message_that_is_older_than_the_inbox_is_refused_where_it_would_be_handled_or_too_early(
      KeyState state, LastVersion last, long version, KeyDecision.OnArrival decision) {
    assertThat(key(state, last).onArrival(version, true)).isEqualTo(ofTooOld(last, decision));
  }

  /** Behind a letter too, where no version tells that the message has had no effect. */
  private static KeyDecision.OnArrival ofTooOld(LastVersion last, KeyDecision.OnArrival decision) {
    return switch (decision) {
      case Handle _, Refuse _ -> new Refuse(Refusal.TOO_OLD, "older than the inbox remembers");
      case Park _ when last.rule() == Versions.UNCHECKED || last.version() == null ->
          new Refuse(Refusal.TOO_OLD, ConsumedKey.TOO_OLD_AND_WAITS);
      default -> decision;
    };
  }

  /** A row of the database does not say whether the letter is still open. */
  @Test
  void a_message_that_arrives_need_not_know_whether_a_key_is_parked_or_released() {
    for (var rule : Versions.values()) {
      var last = new LastVersion(rule, 3L);
      for (var version = 1; version <= 6; version++) {
        assertThat(key(PARKED, last).onArrival(version, false))
            .isEqualTo(key(RELEASED, last).onArrival(version, false));
      }
    }
  }

  static Stream<Arguments> looks() {
    return Stream.of(
        look(FLOWING, GAPLESS, 3L, null, new Wait()),
        look(PARKED, GAPLESS, 3L, 4L, new Wait()),
        look(PARKED, UNCHECKED, null, 4L, new Wait()),
        look(RELEASED, GAPLESS, 3L, null, new Release()),
        look(RELEASED, GAPLESS, 3L, 3L, new HandleParked()),
        look(RELEASED, GAPLESS, 3L, 4L, new HandleParked()),
        look(RELEASED, GAPLESS, 3L, 6L, tooEarly("version 6 came after version 3")),
        look(RELEASED, UNCHECKED, null, 6L, new HandleParked()),
        // What is missing has not come.
        look(new Gap(6), GAPLESS, 3L, null, new Wait()),
        look(new Gap(6), GAPLESS, 3L, 5L, new Wait()),
        look(new Gap(6), GAPLESS, 3L, 7L, new Wait()),
        // One of the missing waits and is next.
        look(new Gap(6), GAPLESS, 4L, 5L, new HandleParked()),
        // What was missing has come, or the letter has been passed.
        look(new Gap(6), GAPLESS, 5L, null, new HandleLetter()),
        look(new Gap(6), GAPLESS, 5L, 7L, new HandleLetter()),
        look(new Gap(6), GAPLESS, 8L, 9L, new HandleLetter()),
        // The subscription no longer checks versions.
        look(new Gap(6), UNCHECKED, 3L, 7L, new HandleLetter()));
  }

  @ParameterizedTest
  @MethodSource("looks")
  void a_key_whose_messages_wait(
      KeyState state, LastVersion last, @Nullable Long next, KeyDecision.OnLook decision) {
    assertThat(key(state, last).onLook(behind(next))).isEqualTo(decision);
  }

  @Test
  void a_letter_that_is_retried_is_handled_and_one_that_came_too_early_gives_up_what_is_missing() {
    var last = new LastVersion(GAPLESS, 3L);

    assertThat(key(PARKED, last).onRetry(behind(5L))).isEqualTo(new HandleLetter());
    assertThat(key(new Gap(7), last).onRetry(null)).isEqualTo(new GiveUpMissing(6));
    assertThat(key(new Gap(7), last).onRetry(behind(5L))).isEqualTo(new GiveUpMissing(4));
    assertThat(key(new Gap(7), last).onRetry(behind(9L))).isEqualTo(new GiveUpMissing(6));
  }

  @Test
  void a_message_that_came_before_the_letter_goes_before_it_whatever_becomes_of_the_letter() {
    var key = key(PARKED, new LastVersion(GAPLESS, 3L));

    assertThat(key.onLook(before(4))).isEqualTo(new HandleParked());
    assertThat(key.onRetry(before(4))).isEqualTo(new HandleParked());
    assertThat(key.onDiscard(before(4))).isEqualTo(new HandleParked());
    assertThat(key.onLook(behind(4L))).isEqualTo(new Wait());
    assertThat(key.onDiscard(behind(4L))).isEqualTo(new CloseLetter());
    // What is missing before the message will not come while the key waits for an operator.
    assertThat(key.onLook(before(5))).isEqualTo(new Wait());
    assertThat(key.onRetry(before(5))).isEqualTo(new HandleLetter());
  }

  @Test
  void who_gives_up_a_letter_that_came_too_early_gives_up_no_message_that_waits() {
    var last = new LastVersion(GAPLESS, 3L);

    assertThat(key(new Gap(7), last).onDiscard(behind(5L))).isEqualTo(new GiveUpMissing(4));
    assertThat(key(new Gap(7), last).onDiscard(behind(9L))).isEqualTo(new CloseLetter());
    assertThat(key(new Gap(7), last).onDiscard(null)).isEqualTo(new CloseLetter());
  }

  @Test
  void the_first_open_letter_says_in_which_state_a_key_is() {
    assertThat(KeyState.behind(Optional.empty())).isEqualTo(RELEASED);
    assertThat(KeyState.behind(letter(true, 6L))).isEqualTo(new Gap(6));
    assertThat(KeyState.behind(letter(false, 6L))).isEqualTo(PARKED);
    assertThat(KeyState.behind(letter(false, null))).isEqualTo(PARKED);
    assertThat(KeyState.behind(letter(true, null))).isEqualTo(PARKED);
  }

  @Test
  void the_last_version_goes_forward_only_and_only_where_versions_are_checked() {
    var key = key(FLOWING, new LastVersion(GAPLESS, 3L));

    assertThat(key.hasAdvanced()).isFalse();
    assertThat(key.handled(4).last()).isEqualTo(new LastVersion(GAPLESS, 4L));
    assertThat(key.handled(4).hasAdvanced()).isTrue();
    assertThat(key.handled(3)).isSameAs(key);
    assertThat(key(FLOWING, new LastVersion(UNCHECKED, null)).handled(1).hasAdvanced()).isFalse();
  }

  /** Method: every state meets every event, and each edge that comes of it is in the table. */
  @Test
  void the_drawing_has_every_edge_of_the_machine_and_no_other() throws Exception {
    assertThat(String.join("\n", drawn())).isEqualTo(String.join("\n", edges()));
  }

  private static SortedSet<String> edges() {
    var states = List.of(FLOWING, PARKED, new Gap(6), RELEASED);
    var versions = List.of(1L, 3L, 4L, 5L, 6L, 7L);
    var edges = new TreeSet<String>();
    for (var state : states) {
      for (var lastVersion : List.of(3L, 4L, 5L)) {
        var key = key(state, new LastVersion(GAPLESS, lastVersion));
        for (var version : versions) {
          edges.add(edge(state, "a message arrives", key.onArrival(version, false), state));
          edges.add(edge(state, "a message arrives", key.onArrival(version, true), state));
        }
        if (!state.equals(FLOWING)) {
          var waiting = new ArrayList<@Nullable Long>(versions);
          waiting.add(null);
          for (var next : waiting) {
            for (var place : places(next)) {
              var decision = key.onLook(place);
              var after = decision instanceof Release ? key.released().state() : state;
              edges.add(edge(state, "look", decision, after));
            }
          }
        }
      }
      edges.add(edge(state, "a letter is added", null, after(state, letter(false, 4L))));
      if (!state.equals(PARKED)) {
        // Messages of a parked key are stored, so none of them comes too early.
        edges.add(edge(state, "a letter is added", null, after(state, letter(true, 6L))));
      }
      if (state.equals(PARKED) || state instanceof Gap) {
        for (var next : places(4L)) {
          edges.add(edge(state, "a letter is retried", key(state).onRetry(next), state));
          var onDiscard = key(state).onDiscard(next);
          if (!(onDiscard instanceof CloseLetter)) {
            edges.add(edge(state, "a letter is given up", onDiscard, state));
          }
        }
        for (var first : List.of(letter(false, 7L), letter(true, 7L), noLetter())) {
          edges.add(edge(state, "the first letter is closed", null, after(state, first)));
        }
      }
      if (state instanceof Gap) {
        var first = letter(false, 6L);
        edges.add(edge(state, "the handler of the letter fails", null, after(state, first)));
      }
    }
    return edges;
  }

  /** The message that waits may have come before the letter where a letter fails out of turn. */
  private static List<@Nullable NextParked> places(@Nullable Long next) {
    var places = new ArrayList<@Nullable NextParked>();
    places.add(behind(next));
    if (next != null) {
      places.add(before(next));
    }
    return places;
  }

  private static @Nullable NextParked behind(@Nullable Long version) {
    return version == null ? null : new NextParked(version, false);
  }

  private static NextParked before(long version) {
    return new NextParked(version, true);
  }

  private static KeyState after(KeyState state, Optional<OpenLetter> first) {
    return key(state).onLetters(first).state();
  }

  private static String edge(
      KeyState from, String event, @Nullable KeyDecision decision, KeyState to) {
    return "| %s | %s | %s | %s |"
        .formatted(name(from), event, decision == null ? "–" : name(decision), name(to));
  }

  private static String name(Object stateOrDecision) {
    return stateOrDecision instanceof Refuse refuse
        ? "Refuse " + refuse.refusal()
        : stateOrDecision.getClass().getSimpleName();
  }

  /** The table under the drawing, without its head. */
  private static SortedSet<String> drawn() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .dropWhile(line -> !line.startsWith("## Consumed key"))
        .dropWhile(line -> !line.startsWith("| from | event |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("| "))
        .collect(toCollection(TreeSet::new));
  }

  private static Arguments arrival(
      KeyState state,
      Versions rule,
      @Nullable Long last,
      long version,
      KeyDecision.OnArrival decision) {
    return arguments(state, new LastVersion(rule, last), version, decision);
  }

  private static Arguments look(
      KeyState state,
      Versions rule,
      @Nullable Long last,
      @Nullable Long next,
      KeyDecision.OnLook decision) {
    return arguments(state, new LastVersion(rule, last), next, decision);
  }

  private static Refuse tooEarly(String why) {
    return new Refuse(Refusal.TOO_EARLY, why);
  }

  private static Optional<OpenLetter> letter(boolean tooEarly, @Nullable Long version) {
    return Optional.of(new OpenLetter(tooEarly, version));
  }

  private static Optional<OpenLetter> noLetter() {
    return Optional.empty();
  }

  private static ConsumedKey key(KeyState state) {
    return key(state, new LastVersion(GAPLESS, 3L));
  }

  private static ConsumedKey key(KeyState state, LastVersion last) {
    return new ConsumedKey("a", state, last);
  }
}
