package onceward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import onceward.localstack.ProjectRoot;
import onceward.localstack.process.Waiting;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code infra/onceward}. */
final class ScriptTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** What bash 3.2 does not know: macOS has no later one. */
  private static final String OF_LATER_VERSIONS =
      "\\[-\\d|declare -A|local -[An]|mapfile|readarray|&>>|\\|&|(,,|\\^\\^)\\}|\\[\\[ -v";

  /**
   * A project with the script, a JDK that says what it runs, and a Maven that waits for {@code go}.
   */
  @TempDir private Path root;

  @BeforeEach
  void project() throws IOException {
    Path script = ProjectRoot.require().resolve("infra/onceward");
    Files.copy(script, Files.createDirectories(root.resolve("infra")).resolve("onceward"));
    Path jdk = Files.createDirectories(root.resolve("jdk/bin"));
    Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    program(jdk.resolve("javac"), "");
    program(jdk.resolve("java"), "echo ran");
    program(
        root.resolve("mvn"),
        """
        echo build >> builds
        while [ ! -e go ]; do sleep 0.05; done
        for program in auth-service user-service outbox-relay gateway infra/cli; do
          mkdir -p $program/target
          touch $program/target/${program##*/}.jar
        done
        """);
  }

  @Test
  void of_two_that_need_a_build_one_builds_and_the_other_waits() throws Exception {
    Process first = start("one.log");
    until(() -> builds() == 1);
    Process second = start("two.log");
    until(
        () -> builds() == 2 || text("two.log").contains("for the build of process " + first.pid()));
    Files.createFile(root.resolve("go"));

    assertThat(List.of(first, second)).allMatch(run -> exitCode(run) == 0);
    assertThat(builds()).isOne();
    assertThat(List.of("one.log", "two.log"))
        .allSatisfy(log -> assertThat(root.resolve(log)).content().endsWith("ran\n"));
  }

  @Test
  void the_lock_of_a_build_that_was_killed_keeps_nobody_waiting() throws Exception {
    Process killed = start("killed.log");
    until(() -> builds() == 1);
    List<ProcessHandle> all =
        Stream.concat(Stream.of(killed.toHandle()), killed.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    assertThat(exitCode(killed)).isNotZero();
    Files.createFile(root.resolve("go"));

    assertThat(exitCode(start("one.log"))).isZero();
    assertThat(root.resolve("infra/cli/target/.build-lock")).doesNotExist();
  }

  @Test
  void what_keeps_the_script_itself_from_working_is_no_broken_promise() throws Exception {
    Files.createFile(Files.createDirectories(root.resolve("infra/cli")).resolve("target"));

    assertThat(exitCode(start("one.log"))).isEqualTo(3);
  }

  @Test
  void the_bash_of_macos_knows_all_that_scripts_use() throws IOException {
    for (String script :
        List.of(
            "infra/onceward",
            "infra/end-to-end/soak",
            "infra/end-to-end/side-by-side",
            ".ci/run")) {
      assertThat(Files.readString(ProjectRoot.require().resolve(script)))
          .as(script)
          .doesNotContainPattern(OF_LATER_VERSIONS);
    }
  }

  private Process start(String log) throws IOException {
    ProcessBuilder script =
        new ProcessBuilder("bash", root.resolve("infra/onceward").toString(), "dlq", "retry")
            .redirectErrorStream(true)
            .redirectOutput(root.resolve(log).toFile());
    script.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    script.environment().merge("PATH", root + ":", (path, own) -> own + path);
    return script.start();
  }

  private static int exitCode(Process run) {
    assertThat(run.onExit()).succeedsWithin(LIMIT);
    return run.exitValue();
  }

  private static void until(BooleanSupplier condition) {
    assertThat(Waiting.until(condition, LIMIT, Duration.ofMillis(20))).isTrue();
  }

  private long builds() {
    return text("builds").lines().count();
  }

  private String text(String file) {
    try {
      return Files.exists(root.resolve(file)) ? Files.readString(root.resolve(file)) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void program(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
