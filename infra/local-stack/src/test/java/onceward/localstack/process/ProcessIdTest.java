package onceward.localstack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A process that is gone stays gone. */
final class ProcessIdTest {

  private static final int PROCESSES = 400;
  private static final int LOOKS_AFTER = 50;

  @Test
  void a_step_of_the_wall_clock_makes_no_other_process_of_one() {
    ProcessId now = ProcessId.current();
    assumeThat(now.kernelStart()).as("there is a /proc").isNotNull();
    Instant before = now.startedAt().minus(Duration.ofHours(1));

    assertThat(new ProcessId(now.pid(), before, now.kernelStart()).isAlive()).isTrue();
    assertThat(new ProcessId(now.pid(), before, null).isAlive()).isFalse();
    assertThat(new ProcessId(now.pid(), now.startedAt(), now.kernelStart() + "0").isAlive())
        .isFalse();
  }

  @Test
  void one_that_was_seen_gone_is_never_seen_alive_again() throws IOException {
    for (int i = 0; i < PROCESSES; i++) {
      ProcessHandle handle = new ProcessBuilder("sleep", "60").start().toHandle();
      ProcessId process = ProcessId.of(handle);
      assertThat(process.isAlive()).isTrue();

      handle.destroyForcibly();
      while (process.isAlive()) {
        Thread.onSpinWait();
      }

      // The JVM reaps its child a moment after the death; a look may fall before, in or after that.
      for (int look = 0; look < LOOKS_AFTER; look++) {
        assertThat(process.isAlive()).as("look %d at process %d", look, i).isFalse();
      }
    }
  }
}
