package onceward.messaging.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import org.junit.jupiter.api.Test;

class TestClockTest {

  private static final Instant NEW_YEARS_EVE = Instant.parse("2026-12-31T23:59:59.500Z");

  private final TestClock clock = TestClock.at(NEW_YEARS_EVE);

  @Test
  void it_stands_still_until_it_is_moved_and_may_be_moved_back() {
    assertThat(clock.instant()).isEqualTo(NEW_YEARS_EVE);
    assertThat(clock.advance(Duration.ofMillis(500))).isEqualTo("2027-01-01T00:00:00Z");
    assertThat(clock.instant()).isEqualTo("2027-01-01T00:00:00Z");
    clock.advance(Duration.ofDays(-1));
    assertThat(clock.instant()).isEqualTo("2026-12-31T00:00:00Z");
    clock.set(NEW_YEARS_EVE);
    assertThat(clock.millis()).isEqualTo(NEW_YEARS_EVE.toEpochMilli());
  }

  @Test
  void seen_in_another_zone_it_is_the_same_clock() {
    Clock inSeoul = clock.withZone(ZoneId.of("Asia/Seoul"));
    clock.advance(Duration.ofHours(1));

    assertThat(inSeoul.instant()).isEqualTo(clock.instant());
    assertThat(inSeoul.getZone()).isEqualTo(ZoneId.of("Asia/Seoul"));
  }

  @Test
  void threads_that_move_it_at_once_lose_no_move() throws Exception {
    Callable<Instant> move = () -> clock.advance(Duration.ofSeconds(1));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(Collections.nCopies(1000, move))) {
        done.get();
      }
    }
    assertThat(clock.instant()).isEqualTo(NEW_YEARS_EVE.plusSeconds(1000));
  }

  @Test
  void an_id_of_another_day_tells_its_time_to_the_millisecond() {
    var message =
        new Message(
            TestMessages.newId(NEW_YEARS_EVE),
            "thing",
            "1",
            1,
            "Opened",
            "{}",
            MessageContext.NONE);

    assertThat(message.time()).isEqualTo(NEW_YEARS_EVE);
    assertThat(message.id().variant()).isEqualTo(2);
    assertThat(message.id()).isNotEqualTo(TestMessages.newId(NEW_YEARS_EVE));
  }
}
