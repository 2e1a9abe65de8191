package onceward.ledger.sort;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SorterTest {

  record Pair(int key, int added) {}

  private static final Codec<Pair> CODEC =
      new Codec<>() {
        @Override
        public int bytes() {
          return 8;
        }

        @Override
        public void write(Pair pair, ByteBuffer to) {
          to.putInt(pair.key).putInt(pair.added);
        }

        @Override
        public Pair read(ByteBuffer from) {
          return new Pair(from.getInt(), from.getInt());
        }
      };

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 99, 100, 101, 1_000, 54_321})
  void gives_what_it_was_given_in_order_and_equals_in_the_order_of_adding(int entries) {
    var random = new Random(entries);
    var expected = new ArrayList<Pair>();
    try (var sorter = new Sorter<>(CODEC, Comparator.comparingInt(Pair::key), 100)) {
      for (var i = 0; i < entries; i++) {
        var pair = new Pair(random.nextInt(50), i);
        expected.add(pair);
        sorter.add(pair);
      }
      expected.sort(Comparator.comparingInt(Pair::key));
      var sorted = new ArrayList<Pair>();
      sorter.sorted().forEachRemaining(sorted::add);
      assertThat(sorted).isEqualTo(expected);
    }
  }

  @Test
  void leaves_no_files_behind() throws Exception {
    var before = files();
    try (var sorter = new Sorter<>(CODEC, Comparator.comparingInt(Pair::key), 10)) {
      for (var i = 0; i < 100; i++) {
        sorter.add(new Pair(i, i));
      }
      sorter.sorted().next();
      assertThat(files()).hasSizeGreaterThan(before.size());
    }
    assertThat(files()).isEqualTo(before);
  }

  private static List<String> files() {
    var names =
        new java.io.File(System.getProperty("java.io.tmpdir"))
            .list((_, name) -> name.startsWith("onceward-ledger"));
    return names == null ? List.of() : java.util.Arrays.stream(names).sorted().toList();
  }
}
