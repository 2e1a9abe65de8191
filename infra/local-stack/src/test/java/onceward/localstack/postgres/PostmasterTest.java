package onceward.localstack.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that names the server is made, written and removed while others read it. */
final class PostmasterTest {

  private static final int LOOKS = 20_000;

  @TempDir Path dataDirectory;
  private Path file;

  @BeforeEach
  void name() {
    file = dataDirectory.resolve("postmaster.pid");
  }

  @Test
  void a_server_that_has_not_written_its_pid_yet_is_nobody_so_far() throws IOException {
    Files.createFile(file);

    assertThat(Postmaster.of(dataDirectory)).isEmpty();

    Postmaster.disownDead(dataDirectory);
    assertThat(file).isEmptyFile();
  }

  @Test
  void a_file_that_comes_and_goes_is_no_error() throws Exception {
    AtomicBoolean looking = new AtomicBoolean(true);
    Thread servers = Thread.ofVirtual().start(() -> comeAndGo(looking));
    try {
      for (int look = 0; look < LOOKS; look++) {
        assertThat(Postmaster.of(dataDirectory)).isEmpty();
      }
    } finally {
      looking.set(false);
      servers.join();
    }
  }

  @Test
  void another_program_with_the_pid_is_disowned_and_the_other_lines_stay() throws IOException {
    Files.writeString(file, ProcessHandle.current().pid() + "\n/somewhere\n");

    assertThat(Postmaster.of(dataDirectory)).isEmpty();

    Postmaster.disownDead(dataDirectory);
    assertThat(file).hasContent(Integer.MAX_VALUE + "\n/somewhere");
  }

  @Test
  void the_server_of_another_directory_with_the_pid_is_disowned(@TempDir Path elsewhere)
      throws IOException {
    PostgresSettings others = PostgresSettings.in(elsewhere);
    try (PostgresServer other = PostgresServer.start(others)) {
      Files.writeString(file, other.process().pid() + "\n");

      assertThat(Postmaster.of(dataDirectory)).isEmpty();
      assertThat(Postmaster.of(others.dataDirectory())).contains(other.process());
    }
  }

  /** Standalone servers, as initdb starts them, write their pid with a minus. */
  private void comeAndGo(AtomicBoolean looking) {
    try {
      while (looking.get()) {
        Files.writeString(file, "-" + ProcessHandle.current().pid() + "\n");
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
