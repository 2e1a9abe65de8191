package onceward.messaging.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Goal: a job works at the rate that the operator gives, and waits while nothing would succeed. */
class PaceTest {

  private static final long SECOND = 1_000_000_000L;

  @Test
  void letters_are_taken_at_an_even_rate() {
    var pace = Pace.of(10.0, 0);
    var taken = 0;
    for (var now = 0L; now < 3 * SECOND; now += SECOND / 1000) {
      if (pace.untilDue(now).isZero()) {
        pace = pace.taken(now);
        taken++;
      }
    }
    assertThat(taken).isEqualTo(30);
  }

  @Test
  void a_batch_takes_as_long_as_its_messages() {
    var pace = Pace.of(10.0, 0).taken(0, 25);

    assertThat(pace.untilDue(0)).isEqualTo(Duration.ofMillis(2_500));
  }

  @Test
  void time_that_was_lost_is_not_made_up_for() {
    var pace = Pace.of(10.0, 0).taken(0);

    var late = pace.taken(60 * SECOND);

    assertThat(late.untilDue(60 * SECOND)).isZero();
    assertThat(late.taken(60 * SECOND).untilDue(60 * SECOND)).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void without_a_rate_the_next_letter_is_due_at_once() {
    assertThat(Pace.of(null, 5).taken(5).untilDue(5)).isZero();
  }

  @Test
  void failures_that_time_may_mend_double_the_wait_up_to_a_bound_until_one_succeeds() {
    var once = Pace.of(null, 0).notNow(0);
    var twice = once.notNow(0);
    var often = twice;
    for (var failure = 0; failure < 100; failure++) {
      often = often.notNow(0);
    }

    assertThat(once.untilDue(0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(twice.untilDue(0)).isEqualTo(Duration.ofSeconds(2));
    assertThat(often.untilDue(0)).isEqualTo(Duration.ofSeconds(32));
    assertThat(often.settled().notNow(0).transientInRow()).isEqualTo(1);
  }
}
