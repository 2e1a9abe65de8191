package onceward.messaging.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import onceward.messaging.testkit.TestServers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: servers are embedded unless asked for otherwise, and what is in the way is one line. */
class ServersChoiceTest {

  private static final long LIMIT_S = 300;
  private static final String SERVERS = "onceward-test-";

  @TempDir Path directory;

  @Test
  void servers_are_embedded_unless_asked_for_otherwise() {
    assertThat(ServersChoice.configured(new Properties(), Map.of()))
        .isEqualTo(ServersChoice.EMBEDDED);
  }

  @Test
  void the_property_counts_before_the_environment() {
    var environment = Map.of("MESSAGING_TESTKIT_SERVERS", "testcontainers");
    assertThat(ServersChoice.configured(new Properties(), environment))
        .isEqualTo(ServersChoice.TESTCONTAINERS);
    assertThat(ServersChoice.configured(asking("embedded"), environment))
        .isEqualTo(ServersChoice.EMBEDDED);
  }

  @Test
  void another_value_is_refused_with_those_that_are_allowed() {
    assertThatThrownBy(() -> ServersChoice.configured(asking("Docker"), Map.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "messaging.testkit.servers (or MESSAGING_TESTKIT_SERVERS) is 'Docker'; allowed:"
                + " embedded, testcontainers");
  }

  /** Where Docker runs it is found, whatever DOCKER_HOST says. */
  @Test
  void containers_without_docker_are_refused_in_one_line_to_everyone_who_asks() throws Exception {
    assumeThat(Path.of("/var/run/docker.sock")).doesNotExist();
    assertThat(refusals(jar -> true))
        .hasSize(2)
        .allMatch(line -> line.contains("'testcontainers', but no Docker answers"));
  }

  @Test
  void containers_without_their_jar_are_refused_in_one_line_that_names_it() throws Exception {
    assertThat(refusals(jar -> !jar.contains("testcontainers")))
        .hasSize(2)
        .allMatch(line -> line.contains("add org.testcontainers:testcontainers and"));
  }

  @Test
  void embedded_servers_need_no_testcontainers() throws Exception {
    assertThat(run("embedded", jar -> !jar.contains("testcontainers")))
        .contains("started")
        .noneMatch(line -> line.startsWith("refused"));
  }

  @Test
  void a_jvm_that_is_ended_while_its_servers_start_leaves_none_behind() throws Exception {
    var process = process("embedded", jar -> true).start();
    try {
      await().atMost(LIMIT_S, TimeUnit.SECONDS).until(this::postgresListens);
      process.destroy();

      assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();
      assertThat(servers()).isEmpty();
    } finally {
      process.destroyForcibly();
      servers().forEach(ProcessHandle::destroyForcibly);
    }
  }

  private boolean postgresListens() throws IOException {
    try (var directories = Files.newDirectoryStream(directory, SERVERS + "*")) {
      for (var servers : directories) {
        var log = servers.resolve("postgres.log");
        if (Files.exists(log) && Files.readString(log).contains("listening on")) {
          return true;
        }
      }
      return false;
    }
  }

  /** Their command lines name files in their directory. */
  private List<ProcessHandle> servers() {
    var path = directory.resolve(SERVERS).toString();
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(path))
        .toList();
  }

  /** What asks twice for the servers, in a JVM of its own. */
  static final class Asking {

    private Asking() {}

    static void main() {
      for (var time = 0; time < 2; time++) {
        try {
          TestServers.postgres();
          System.out.println("started");
        } catch (IllegalStateException refusal) {
          System.out.println("refused: " + refusal.getMessage());
        }
      }
    }
  }

  private List<String> refusals(Predicate<String> jars) throws Exception {
    return run("testcontainers", jars).stream().filter(line -> line.startsWith("refused")).toList();
  }

  private List<String> run(String servers, Predicate<String> jars) throws Exception {
    var process = process(servers, jars).start();
    try {
      assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();
      return Files.readAllLines(output(), StandardCharsets.UTF_8);
    } finally {
      process.destroyForcibly();
    }
  }

  private ProcessBuilder process(String servers, Predicate<String> jars) {
    var classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jars)
            .collect(Collectors.joining(File.pathSeparator));
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dmessaging.testkit.servers=" + servers,
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                classPath,
                Asking.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(output().toFile());
    builder.environment().put("DOCKER_HOST", "tcp://127.0.0.1:9");
    return builder;
  }

  private Path output() {
    return directory.resolve("output.txt");
  }

  private static Properties asking(String servers) {
    var properties = new Properties();
    properties.setProperty(ServersChoice.PROPERTY, servers);
    return properties;
  }
}
