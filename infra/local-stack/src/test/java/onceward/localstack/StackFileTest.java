package onceward.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The record of a stack says again what was written. */
final class StackFileTest {

  @TempDir private Path directory;

  @Test
  void settings_are_kept() {
    StackFile file = new StackFile(directory.resolve("stack.json"));
    Map<String, Map<String, String>> settings = Map.of("gateway", Map.of("a.b", "c=d"));

    file.write(StackState.empty(directory, StackPorts.standard(), settings));

    assertThat(file.read().orElseThrow().settings()).isEqualTo(settings);
    assertThat(file.read().orElseThrow().isComplete()).isFalse();
  }

  @Test
  void a_record_of_before_settings_were_recorded_is_read() throws IOException {
    Path path =
        Files.writeString(
            directory.resolve("stack.json"),
            """
            {"root": "/srv", "supervisor": null, "postgres": null, "kafka": null, "stopping": false,
             "ports": {"gateway": 1, "authService": 2, "userService": 3, "outboxRelay": 4,
                       "postgres": 5, "kafka": 6, "kafkaController": 7},
             "programs": [{"name": "gateway", "process": {"pid": 1, "startedAt": "2026-01-01T00:00:00Z"},
                           "port": 1, "url": "http://127.0.0.1:1", "log": "/srv/gateway.log"}]}
            """);

    StackState state = new StackFile(path).read().orElseThrow();

    assertThat(state.settings()).isEmpty();
    assertThat(state.program("gateway").orElseThrow().logStart()).isZero();
  }
}
