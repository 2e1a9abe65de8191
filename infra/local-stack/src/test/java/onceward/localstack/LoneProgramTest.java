package onceward.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import onceward.localstack.process.Ports;
import onceward.localstack.process.StackException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program without a stack starts, says why it does not, and is gone when closed. */
final class LoneProgramTest {

  private static final Duration READY = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void it_starts_twice_in_one_home_and_is_gone_when_stopped() throws IOException {
    for (int start = 0; start < 2; start++) {
      try (LoneProgram program = start(Map.of())) {
        program.awaitReady(READY);

        program.stop();
        assertThat(program.process().isAlive()).isFalse();
      }
    }
  }

  @Test
  void it_takes_the_port_that_its_settings_name_and_is_gone_when_killed() throws IOException {
    int port = Ports.free();
    try (LoneProgram program = start(Map.of("micronaut.server.port", Integer.toString(port)))) {
      program.awaitReady(READY);
      assertThat(Ports.isFree(port)).isFalse();

      program.kill();
      assertThat(program.process().isAlive()).isFalse();
    }
  }

  @Test
  void one_that_ends_early_says_why() throws IOException {
    try (LoneProgram program = start(Map.of("fake.fails", "no reason"))) {
      assertThatThrownBy(() -> program.awaitReady(READY))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("outbox-relay ended before it was ready")
          .hasMessageContaining("no reason");
    }
  }

  @Test
  void one_that_is_not_built_is_refused() {
    Path home = directory.resolve("home");

    assertThatThrownBy(() -> LoneProgram.start("outbox-relay", directory, home, 64, Map.of()))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("Not built");
  }

  private LoneProgram start(Map<String, String> properties) throws IOException {
    Path root = FakeBuild.in(directory.resolve("project"));
    return LoneProgram.start("outbox-relay", root, directory.resolve("home"), 64, properties);
  }
}
