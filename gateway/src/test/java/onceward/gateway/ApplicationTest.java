package onceward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in a JVM of its own: what keeps it from starting is one line and an exit code. */
class ApplicationTest {

  private static final long LIMIT_S = 60;

  @TempDir static Path directory;

  private record Ended(int exitCode, List<String> lines) {}

  @Test
  void without_settings_the_first_missing_one_is_named() throws Exception {
    assertThat(start())
        .isEqualTo(
            new Ended(
                2,
                List.of(
                    "gateway: auth-service.url is not set; give an address like http://127.0.0.1:8081 in a"
                        + " properties file named by MICRONAUT_CONFIG_FILES")));
  }

  @Test
  void a_port_that_is_taken_is_named_without_a_stack_trace() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var ended =
          start(
              "-auth-service.url=http://127.0.0.1:8081",
              "-user-service.url=http://127.0.0.1:8082",
              "-auth.issuer=" + Tokens.ISSUER,
              "-micronaut.server.host=127.0.0.1",
              "-micronaut.server.port=" + taken.getLocalPort());

      assertThat(ended.exitCode()).as("%s", ended.lines()).isEqualTo(3);
      assertThat(ended.lines().getLast())
          .startsWith("gateway: ")
          .contains(Integer.toString(taken.getLocalPort()))
          .contains("set micronaut.server.port");
      assertThat(ended.lines()).noneMatch(line -> line.strip().startsWith("at "));
    }
  }

  private static Ended start(String... settings) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dstderr.encoding=UTF-8"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Application.class.getName());
    command.addAll(List.of(settings));
    var output = Files.createTempFile(directory, "output", ".txt");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    var process = builder.start();
    try {
      assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();
      return new Ended(process.exitValue(), Files.readAllLines(output, StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }
}
