package onceward.messaging.polling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import onceward.messaging.deadletter.ParkedKeyRelease.Turn;
import onceward.messaging.deadletter.ParkedKeyRelease.WaitingKey;
import onceward.messaging.subscription.Subscription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose turn it is: keys that stand still keep no others from being released. */
class OverdueReleasesTest {

  private static final Duration LOOK_MAX = Duration.ofSeconds(60);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
  private static final Duration TIME_OUT = Duration.ofSeconds(10);
  private static final Turn RELEASED = new Turn(false, null);
  private static final Turn STANDS = new Turn(false, "no answer");

  private final Subscription one = Subscription.of("one", "shop.events");
  private final Subscription other = Subscription.of("other", "shop.events");
  private final Map<String, Waiting> ofOne = new LinkedHashMap<>();
  private final Map<String, Waiting> ofOther = new LinkedHashMap<>();
  private final List<String> released = new ArrayList<>();
  private Instant now = Instant.parse("2026-12-01T00:00:00Z");

  private final OverdueReleases releases =
      new OverdueReleases(
          () -> List.of(one, other), this::page, this::release, clock(() -> now), LOOK_MAX);

  /** A key, how long its next message takes, and what becomes of that message. */
  private record Waiting(WaitingKey key, Duration takes, Turn turn) {}

  @Test
  void a_key_behind_six_that_use_up_a_look_is_released_at_the_next() {
    add(one, 6, TIME_OUT, STANDS);
    add(one, "seventh", Duration.ZERO, RELEASED);
    look();

    look();
    assertThat(released).isEmpty();
    look();

    assertThat(released).containsExactly("seventh");
  }

  @Test
  void a_key_that_waits_for_its_turn_stands_still_after_30_s() {
    add(one, 1, Duration.ofMinutes(2), STANDS);
    add(one, "second", Duration.ZERO, RELEASED);
    look();
    assertThat(releases.standstill()).isEmpty();
    now = now.plusSeconds(31);

    assertThat(releases.standstill())
        .hasValueSatisfying(standstill -> {
          assertThat(standstill.keys()).isEqualTo(2);
          assertThat(standstill.reason()).contains("waits for its turn");
        });

    look();
    assertThat(releases.standstill())
        .hasValueSatisfying(standstill -> assertThat(standstill.keys()).isEqualTo(2));
    look();
    assertThat(releases.standstill())
        .hasValueSatisfying(standstill -> {
          assertThat(standstill.keys()).isEqualTo(1);
          assertThat(standstill.reason()).isEqualTo("no answer");
        });
  }

  @Test
  void a_subscription_whose_messages_take_long_leaves_half_of_the_time_to_another() {
    add(one, 100, TIME_OUT, STANDS);
    add(other, 25, Duration.ofSeconds(1), RELEASED);
    look();

    look();

    assertThat(released).hasSize(25);
  }

  @Test
  void the_first_turn_is_not_always_that_of_the_same_subscription() {
    add(one, 2, LOOK_MAX, STANDS);
    add(other, "fast", Duration.ZERO, RELEASED);
    look();

    look();
    look();

    assertThat(released).containsExactly("fast");
  }

  @Test
  void thousands_of_keys_that_stand_still_hide_none_behind_them() {
    add(one, 2_500, Duration.ZERO, STANDS);
    add(one, "last", Duration.ZERO, RELEASED);

    IntStream.range(0, 10).forEach(_ -> look());

    assertThat(released).containsExactly("last");
    assertThat(releases.standstill())
        .hasValueSatisfying(standstill -> assertThat(standstill.keys()).isEqualTo(2_500));
  }

  @Test
  void keys_on_a_later_page_that_get_on_no_longer_stand_still() {
    add(one, 2_500, Duration.ZERO, STANDS);
    IntStream.range(0, 10).forEach(_ -> look());

    ofOne.clear();
    IntStream.range(0, 10).forEach(_ -> look());

    assertThat(releases.standstill()).isEmpty();
  }

  @Test
  void keys_that_stand_still_are_tried_again() {
    add(one, 2_500, Duration.ZERO, STANDS);
    IntStream.range(0, 10).forEach(_ -> look());

    ofOne.replaceAll((_, key) -> new Waiting(key.key(), Duration.ZERO, RELEASED));
    IntStream.range(0, 20).forEach(_ -> look());

    assertThat(released).hasSize(2_500);
  }

  @Test
  void more_keys_than_are_remembered_are_all_tried() {
    add(one, 15_000, Duration.ZERO, STANDS);
    add(one, "last", Duration.ZERO, RELEASED);

    IntStream.range(0, 40).forEach(_ -> look());

    assertThat(released).containsExactly("last");
    assertThat(releases.standstill())
        .hasValueSatisfying(standstill -> assertThat(standstill.keys()).isBetween(9_000, 10_000));
  }

  private void look() {
    now = now.plus(BETWEEN_LOOKS);
    releases.look();
  }

  private void add(Subscription subscription, int keys, Duration takes, Turn turn) {
    IntStream.range(0, keys).forEach(n -> add(subscription, "key-" + n, takes, turn));
  }

  private void add(Subscription subscription, String name, Duration takes, Turn turn) {
    var keys = waiting(subscription);
    var key = new WaitingKey(name, Instant.EPOCH.plusSeconds(keys.size()));
    keys.put(name, new Waiting(key, takes, turn));
  }

  private Map<String, Waiting> waiting(Subscription subscription) {
    return subscription == one ? ofOne : ofOther;
  }

  private Optional<List<WaitingKey>> page(
      Subscription subscription, @Nullable WaitingKey after, int limit) {
    return Optional.of(
        waiting(subscription).values().stream()
            .map(Waiting::key)
            .filter(key -> after == null || key.parkedAt().isAfter(after.parkedAt()))
            .limit(limit)
            .toList());
  }

  private Turn release(Subscription subscription, String name) {
    var key = Objects.requireNonNull(waiting(subscription).get(name));
    now = now.plus(key.takes());
    if (key.turn().standstill() == null) {
      waiting(subscription).remove(name);
      released.add(name);
    }
    return key.turn();
  }

  private static Clock clock(InstantSource source) {
    return source.withZone(ZoneOffset.UTC);
  }
}
