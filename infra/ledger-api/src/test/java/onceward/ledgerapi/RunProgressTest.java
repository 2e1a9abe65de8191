package onceward.ledgerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RunProgressTest {

  private final AtomicLong nanos = new AtomicLong(1);
  private final RunProgress progress = new RunProgress(nanos::get);

  @Test
  void the_rate_is_that_of_the_present_work() {
    assertThat(progress.document()).isEmpty();
    progress.report("reading", 0, 100);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
    progress.report("comparing", 0, 1_000);
    assertThat(progress.document().orElseThrow())
        .isEqualTo(Map.of("work", "comparing", "done", 0L, "total", 1_000L));

    nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
    progress.report("comparing", 200, 1_000);

    assertThat(progress.document().orElseThrow())
        .isEqualTo(
            Map.of(
                "work", "comparing",
                "done", 200L,
                "total", 1_000L,
                "perSecond", 100L,
                "remainingSeconds", 8L));
  }

  @Test
  void who_reports_for_a_cancelled_one_is_ended() {
    progress.cancel();
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> progress.report("comparing", 1, 2));
  }
}
