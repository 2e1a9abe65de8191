package onceward.endtoend;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import onceward.localstack.LoneProgram;
import onceward.localstack.process.JavaCommand;
import onceward.localstack.process.Ports;

/**
 * Programs of an earlier version, beside those of the running system: on the same databases, in the
 * same groups of Kafka, with the same settings where both have them.
 */
final class VersionBefore implements AutoCloseable {

  /** The property that names the directory of that version, with the built programs. */
  static final String ROOT = "side-by-side.before";

  private static final String AUTH = "auth-service";
  private static final String USER = "user-service";
  private static final int HEAP_MB = 256;
  private static final Duration READY_WITHIN = Duration.ofMinutes(3);

  private final Path root = Path.of(System.getProperty(ROOT)).toAbsolutePath();
  private final Path home =
      RunningSystem.stack().home().resolveSibling("before-" + ProcessHandle.current().pid());
  private final Map<String, Integer> ports =
      Map.of(
          AUTH,
          Ports.free(),
          USER,
          Ports.free(),
          "gateway",
          Ports.free(),
          "outbox-relay",
          Ports.free());
  private final Map<String, LoneProgram> running = new HashMap<>();

  /** Starts the program, and waits until it is ready. */
  void start(String program) {
    var started = LoneProgram.start(program, root, home, HEAP_MB, settings(program));
    running.put(program, started);
    started.awaitReady(READY_WITHIN);
  }

  void stop(String program) {
    program(program).stop();
  }

  void kill(String program) {
    program(program).kill();
  }

  /** Of the gateway of that version, which knows services of that version only. */
  Client client() {
    return new Client(url("gateway"));
  }

  /** A command of that version, about its user-service. */
  CommandLine.Result command(String... arguments) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            JavaCommand.withHeap(HEAP_MB).jar(root.resolve("infra/cli/target/cli.jar")));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--url", url(USER)));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new CommandLine.Result(process.waitFor(), output);
  }

  /** What the relay of that version answers to {@code quarantine} or {@code retry} of a message. */
  HttpResponse<String> relay(String pipeline, String action, UUID message)
      throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(
                  URI.create(
                      "%s/relay/%s/%s/%s"
                          .formatted(url("outbox-relay"), pipeline, action, message)))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"operator\":\"tester\"}"))
              .build(),
          BodyHandlers.ofString());
    }
  }

  private LoneProgram program(String name) {
    return Objects.requireNonNull(running.get(name), name + " has not been started");
  }

  /** Those of the running system, but for what tells one instance from another. */
  private Map<String, String> settings(String program) {
    var settings = settingsOfRunning(program);
    settings.put("micronaut.server.port", "" + ports.get(program));
    settings.put("messaging.instance", program + "-before");
    settings.replace("auth-service.url", url(AUTH));
    settings.replace("user-service.url", url(USER));
    // This version takes migrations that it does not know for missing.
    settings.put("flyway.datasources.migrator.ignore-migration-patterns", "*:future,*:missing");
    // This version has no management port.
    settings.put("endpoints.dead-letters.sensitive", "false");
    settings.put("endpoints.relay.sensitive", "false");
    return settings;
  }

  private static Map<String, String> settingsOfRunning(String program) {
    var file = RunningSystem.stack().home().resolve("config").resolve(program + ".properties");
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var settings = new HashMap<String, String>();
    properties.forEach((name, value) -> settings.put(name.toString(), value.toString()));
    return settings;
  }

  private String url(String program) {
    return "http://127.0.0.1:" + ports.get(program);
  }

  @Override
  public void close() {
    running.values().forEach(LoneProgram::close);
  }
}
