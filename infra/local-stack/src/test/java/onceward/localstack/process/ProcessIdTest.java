package onceward.localstack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A process that is gone stays gone. */
final class ProcessIdTest {

  private static final int PROCESSES = 400;
  private static final int LOOKS_AFTER = 50;

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
