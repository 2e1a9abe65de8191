package onceward.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in a JVM of its own: what is in the way of its start is one line. */
class ApplicationTest {

  private static final long LIMIT_S = 60;
  private static final String NOBODY_LISTENS = "jdbc:postgresql://127.0.0.1:9/user";

  private static final Map<String, String> COMPLETE =
      Map.of(
          "datasources.default.url", NOBODY_LISTENS,
          "datasources.default.username", "user_service",
          "datasources.default.password", "swordfish",
          "kafka.bootstrap-servers", "127.0.0.1:9",
          "auth.issuer", "https://onceward.test",
          "auth-service.url", "http://127.0.0.1:9");

  @TempDir private Path directory;

  @Test
  void without_an_issuer_nothing_starts() throws Exception {
    var settings = new HashMap<>(COMPLETE);
    settings.remove("auth.issuer");
    assertThat(start(settings, 2))
        .singleElement()
        .asString()
        .startsWith(
            "user-service: auth.issuer is missing: set it to the issuer that access tokens");
  }

  @Test
  void an_address_that_is_none_is_named_with_its_value() throws Exception {
    var settings = new HashMap<>(COMPLETE);
    settings.put("auth-service.url", "localhost:8081");
    assertThat(start(settings, 2))
        .containsExactly(
            "user-service: auth-service.url is 'localhost:8081'; allowed: http(s)://host:port"
                + " without a path");
  }

  @Test
  void a_database_that_cannot_be_reached_is_named() throws Exception {
    assertThat(start(COMPLETE, 3))
        .singleElement()
        .asString()
        .startsWith(
            "user-service: cannot connect to PostgreSQL at 127.0.0.1:9, database user, as user_service (")
        .doesNotContain("swordfish");
  }

  private List<String> start(Map<String, String> settings, int exitCode)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dstderr.encoding=UTF-8"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Application.class.getName());
    settings.forEach((name, value) -> command.add("-" + name + "=" + value));
    var output = directory.resolve("output.txt");
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();
      var lines = Files.readAllLines(output, StandardCharsets.UTF_8);
      assertThat(process.exitValue()).as("%s", lines).isEqualTo(exitCode);
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }
}
