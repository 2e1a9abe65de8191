package onceward.localstack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is quoted of a log is what one process wrote. */
final class LogTailTest {

  @TempDir private Path directory;

  @Test
  void lines_of_an_earlier_process_are_not_quoted() throws IOException {
    Path log = Files.writeString(directory.resolve("relay.log"), "ERROR of yesterday\n");
    long start = LogTail.end(log);
    assertThat(LogTail.describe(log, start))
        .isEqualTo("\n  (it printed nothing; whole log: " + log + ")");

    Files.writeString(log, "ERROR of yesterday\nERROR of today\n");

    assertThat(LogTail.describe(log, start)).isEqualTo("\n  | ERROR of today\n  whole log: " + log);
  }

  @Test
  void a_log_that_was_begun_anew_is_quoted_from_its_beginning() throws IOException {
    Path log = Files.writeString(directory.resolve("relay.log"), "short\n");

    assertThat(LogTail.describe(log, 1_000)).startsWith("\n  | short\n");
  }

  @Test
  void a_log_that_is_missing_is_named() {
    assertThat(LogTail.describe(directory.resolve("none.log"), 0)).contains("none.log");
  }
}
