package onceward.relay.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SnapshotTest {

  private static final long EPOCH = 1L << 32;

  @Test
  void what_has_ended_is_seen() {
    var snapshot = Snapshot.parse("10:20:14,18");

    assertThat(LongStream.rangeClosed(9, 21).filter(snapshot::sees))
        .containsExactly(9L, 10L, 11L, 12L, 13L, 15L, 16L, 17L, 19L);
    assertThat(LongStream.rangeClosed(9, 11).filter(Snapshot.parse("10:10:")::sees))
        .containsExactly(9L);
  }

  @Test
  void ids_of_the_log_have_no_epoch() {
    var early = Snapshot.parse("%d:%d:%d".formatted(EPOCH + 5, EPOCH + 9, EPOCH + 7));

    assertThat(early.sees(6)).isTrue();
    assertThat(early.sees(7)).isFalse();
    assertThat(early.sees(9)).isFalse();
    // Of the epoch before.
    assertThat(early.sees(EPOCH - 3)).isTrue();

    var late = Snapshot.parse("%d:%d:".formatted(EPOCH - 2, EPOCH - 2));

    assertThat(late.sees(EPOCH - 3)).isTrue();
    assertThat(late.sees(EPOCH - 2)).isFalse();
    // Of the epoch after.
    assertThat(late.sees(1)).isFalse();
  }
}
