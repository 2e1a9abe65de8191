package onceward.messaging.deadletter.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import onceward.messaging.deadletter.job.JobRequest.Action;
import onceward.messaging.deadletter.job.JobRequest.Limits;
import onceward.messaging.deadletter.job.LoopGuard.Fail;
import onceward.messaging.deadletter.job.LoopGuard.Skip;
import onceward.messaging.deadletter.job.LoopGuard.Try;
import org.junit.jupiter.api.Test;

/** Goal: a letter whose cause is not mended is not tried for ever, and is named. */
class LoopGuardTest {

  private static final Limits LIMITS = new Limits(null, 2, 3, false);
  private static final Limits FORCED = new Limits(null, 2, 3, true);

  @Test
  void a_letter_that_failed_too_often_at_the_same_place_is_skipped_unless_forced() {
    assertThat(LoopGuard.before(LIMITS, 0, 2)).isEqualTo(new Try());
    assertThat(LoopGuard.before(LIMITS, 0, 3))
        .isInstanceOfSatisfying(
            Skip.class, skip -> assertThat(skip.why()).contains("3 times in a row", "--force"));
    assertThat(LoopGuard.before(FORCED, 0, 99)).isEqualTo(new Try());
  }

  @Test
  void a_letter_that_ends_the_process_is_given_up_also_when_forced() {
    assertThat(LoopGuard.before(FORCED, 2, 1)).isEqualTo(new Try());
    assertThat(LoopGuard.before(FORCED, 3, 1)).isInstanceOf(Fail.class);
  }

  @Test
  void a_letter_is_tried_as_often_as_the_operator_says_and_a_transient_failure_more_often() {
    assertThat(LoopGuard.after(LIMITS, 1, false, "poison")).isEqualTo(new Try());
    assertThat(LoopGuard.after(LIMITS, 2, false, "poison")).isEqualTo(new Fail("poison"));
    assertThat(LoopGuard.after(LIMITS, 4, true, "busy")).isEqualTo(new Try());
    assertThat(LoopGuard.after(LIMITS, 5, true, "busy")).isEqualTo(new Fail("busy"));
  }

  @Test
  void a_job_whose_letters_all_fail_pauses_itself_unless_forced() {
    assertThat(LoopGuard.pauses(LIMITS, 49)).isFalse();
    assertThat(LoopGuard.pauses(LIMITS, 50)).isTrue();
    assertThat(LoopGuard.pauses(FORCED, 50)).isFalse();
  }

  @Test
  void limits_that_are_not_allowed_are_refused_with_what_is() {
    assertThatThrownBy(() -> new Limits(0.0, 1, 3, false))
        .hasMessage("rate is 0.0; allowed: 0.01 to 10000.0 letters a second");
    assertThatThrownBy(() -> new Limits(Double.NaN, 1, 3, false)).hasMessageContaining("rate");
    assertThatThrownBy(() -> new Limits(null, 0, 3, false))
        .hasMessage("attempts is 0; allowed: 1 to 100");
    assertThatThrownBy(
            () -> new JobRequest(Action.DISCARD, Selection.all(), "ada", " ", Limits.DEFAULT))
        .hasMessageContaining("a reason is required");
  }
}
