package onceward.relay.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two tables are told apart by digests of one size, and what differs is named. */
class IdDigestTest {

  private static final int ROWS = 20_000;

  private final Random random = new Random(7);
  private final List<UUID> ids = new ArrayList<>(ids(ROWS));

  @Test
  void the_same_ids_in_another_order_are_the_same() {
    var first = digest(ids);
    Collections.shuffle(ids, random);

    assertThat(digest(ids)).isEqualTo(first);
    assertThat(digest(ids).from(first).isNone()).isTrue();
  }

  @Test
  void one_that_is_more_and_one_that_is_less_are_named() {
    var before = digest(ids);
    var gone = ids.removeLast();
    var come = ids(1).getFirst();
    ids.add(come);

    var difference = digest(ids).from(before);

    assertThat(difference.more()).containsExactly(come);
    assertThat(difference.fewer()).containsExactly(gone);
    assertThat(difference.isComplete()).isTrue();
    assertThat(difference.isNone()).isFalse();
  }

  @Test
  void as_many_are_named_as_are_promised() {
    for (var seed = 0; seed < 100; seed++) {
      var before = digest(ids);
      var more = ids(IdDigest.NAMED_MOST);
      var all = new ArrayList<>(ids);
      all.addAll(more);

      var difference = digest(all).from(before);

      assertThat(difference.isComplete()).isTrue();
      assertThat(difference.more()).containsExactlyInAnyOrderElementsOf(more);
    }
  }

  @Test
  void too_many_are_noticed_and_nothing_false_is_named() {
    var before = digest(ids);
    var more = ids(1_000);
    ids.addAll(more);

    var difference = digest(ids).from(before);

    assertThat(difference.isNone()).isFalse();
    assertThat(difference.isComplete()).isFalse();
    assertThat(more).containsAll(difference.more());
    assertThat(difference.fewer()).isEmpty();
  }

  @Test
  void ids_of_which_only_one_bit_differs_are_told_apart() {
    var near = new UUID(1, 2);
    var before = digest(List.of(near));
    for (var bit = 0; bit < Long.SIZE; bit++) {
      for (var other : List.of(new UUID(1 ^ (1L << bit), 2), new UUID(1, 2 ^ (1L << bit)))) {
        var difference = digest(List.of(other)).from(before);

        assertThat(difference.more()).containsExactly(other);
        assertThat(difference.fewer()).containsExactly(near);
      }
    }
  }

  @Test
  void it_is_read_as_it_was_written() {
    assertThat(IdDigest.read(digest(ids).toBytes())).isEqualTo(digest(ids));
    assertThat(IdDigest.read(IdDigest.NONE.toBytes())).isEqualTo(IdDigest.NONE);
    assertThatThrownBy(() -> IdDigest.read(new byte[9]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a digest of 9 bytes; needed: 5128");
  }

  private List<UUID> ids(int count) {
    return Stream.generate(() -> new UUID(random.nextLong(), random.nextLong()))
        .limit(count)
        .toList();
  }

  private static IdDigest digest(List<UUID> ids) {
    var counter = new IdDigest.Counter();
    ids.forEach(counter::add);
    return counter.digest();
  }
}
