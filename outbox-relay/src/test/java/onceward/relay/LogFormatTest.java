package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever chose JSON gets nothing else, from the first line on, and each line of a pipeline names
 * it. Method: the program, with a database that is not there.
 */
class LogFormatTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  @Test
  void every_line_of_the_program_is_an_object() throws Exception {
    var output = directory.resolve("output");
    var program = start(output);
    try {
      await()
          .atMost(LIMIT)
          .untilAsserted(() ->
              assertThat(Files.readString(output))
                  .contains("The relay answers at ", "Pipeline auth failed"));
    } finally {
      program.destroy();
      program.waitFor();
    }

    var events = events(output);
    assertThat(events)
        .allSatisfy(event ->
            assertThat(event.fieldNames())
                .toIterable()
                .contains("time", "level", "logger", "thread", "message"))
        .anySatisfy(
            event -> assertThat(event.path("message").asText()).startsWith("The relay answers at "))
        .filteredOn(event -> event.path("thread").asText().equals("pipeline-auth"))
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.path("pipeline").asText()).isEqualTo("auth"));
  }

  private static List<JsonNode> events(Path output) throws IOException {
    var events = new ArrayList<JsonNode>();
    for (var line : Files.readAllLines(output)) {
      events.add(JSON.readTree(line));
    }
    return events;
  }

  private Process start(Path output) throws IOException {
    var file =
        Files.write(
            directory.resolve("relay.properties"),
            List.of(
                "relay.pipelines.auth.host=127.0.0.1",
                "relay.pipelines.auth.port=1",
                "relay.pipelines.auth.database=auth",
                "relay.pipelines.auth.username=relay",
                "relay.pipelines.auth.password=secret",
                "relay.pipelines.auth.slot=auth_outbox",
                "relay.pipelines.auth.source=/onceward/auth-service",
                "kafka.bootstrap-servers=127.0.0.1:1",
                "micronaut.server.host=127.0.0.1",
                "micronaut.server.port=-1"));
    var builder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Dmicronaut.config.files=" + file,
                "-cp",
                System.getProperty("java.class.path"),
                "onceward.relay.Application")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("ONCEWARD_LOG_FORMAT", "json");
    return builder.start();
  }
}
