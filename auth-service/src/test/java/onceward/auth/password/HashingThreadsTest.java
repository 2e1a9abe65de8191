package onceward.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Goal: hashes leave the processors to everything else, wherever the system allows it. */
class HashingThreadsTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  /** The 19th field of proc_pid_stat(5); 17 behind the state, which follows the name. */
  private static final int NICE_BEHIND_NAME = 16;

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_thread_that_hashes_has_a_low_priority_and_no_other_thread_has_it() throws Exception {
    var usual = nice();
    var told = new CopyOnWriteArrayList<String>();
    try (var threads = new HashingThreads(1, 1, LONG, LowPriority::take, told::add)) {
      assertThat(threads.compute(HashingThreadsTest::nice)).isEqualTo(LowPriority.NICE);
    }
    assertThat(told).isEmpty();
    assertThat(nice()).isEqualTo(usual).isNotEqualTo(LowPriority.NICE);
  }

  @Test
  void where_the_priority_cannot_be_lowered_passwords_are_hashed_and_the_log_has_one_line()
      throws Exception {
    var told = new CopyOnWriteArrayList<String>();
    var together = new CyclicBarrier(2);
    try (var threads = new HashingThreads(2, 1, LONG, () -> Optional.of("no right"), told::add);
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = callers.submit(() -> threads.compute(together::await));
      var second = callers.submit(() -> threads.compute(together::await));

      assertThat(List.of(first.get(), second.get())).containsExactlyInAnyOrder(0, 1);
    }
    assertThat(told).containsExactly("no right");
  }

  /** Of the calling thread, as the system sees it. */
  private static int nice() throws Exception {
    var stat = Files.readString(Path.of("/proc/thread-self/stat"));
    return Integer.parseInt(
        stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE_BEHIND_NAME]);
  }
}
