package onceward.ledger.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class IdsTest {

  @Test
  void order_is_that_of_the_bytes_as_in_postgresql() {
    var low = UUID.fromString("00000000-0000-0000-0000-000000000001");
    var high = UUID.fromString("f0000000-0000-0000-0000-000000000000");
    var lowHalf = UUID.fromString("00000000-0000-0000-8000-000000000000");
    assertThat(Ids.ORDER.compare(low, high)).isNegative();
    assertThat(Ids.ORDER.compare(low, lowHalf)).isNegative();
    assertThat(Ids.ORDER.compare(low, low)).isZero();
  }

  @Test
  void the_lowest_id_of_a_time_has_that_time() {
    var time = Instant.parse("2026-11-28T03:00:00.123Z");
    assertThat(Ids.time(Ids.lowest(time))).contains(time);
    assertThat(Ids.time(UUID.randomUUID())).isEmpty();
  }
}
