package onceward.endtoend.outside;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Goal: a service of one's own builds, starts and hears messages with what is installed, without
 * this project around it. Method: the example, copied elsewhere, built by a Maven of its own.
 */
class OutsideBuildTest {

  private static final Path ROOT = Path.of(System.getProperty("onceward.root"));
  private static final Path EXAMPLE = ROOT.resolve("infra/messaging/example");
  private static final Path OUTSIDE = Path.of("target/outside").toAbsolutePath();
  private static final Path COPY = OUTSIDE.resolve("example");
  private static final int MINUTES_MAX = 5;

  private record Built(int exitCode, String output) {}

  @Test
  void the_example_is_built_and_tested_by_its_own_pom() throws Exception {
    var users = Path.of(System.getProperty("outside.repository"));
    var repository =
        LocalRepository.create(
            OUTSIDE.resolve("repository"), users, ROOT, property("onceward.version"));
    copyExample();

    var built = maven(repository, "verify", "-Dtest=OrderTest");

    assertThat(built.exitCode()).as(built.output()).isZero();
    assertThat(COPY.resolve("target/example.jar")).isRegularFile();
    assertThat(COPY.resolve("target/lib")).isDirectoryContaining("glob:**/kafka-clients-4.*.jar");
    assertThat(COPY.resolve("target/surefire-reports"))
        .isDirectoryContaining("glob:**/TEST-*OrderTest.xml");
  }

  /** The pom that readers copy has no parent from which to learn it. */
  @Test
  void the_example_names_the_versions_that_the_project_is_built_with() throws IOException {
    var project = Files.readString(ROOT.resolve("pom.xml"));
    var bom = Files.readString(ROOT.resolve("infra/bom/pom.xml"));

    assertThat(project)
        .contains("<micronaut.version>%s<".formatted(property("micronaut.version")))
        .contains("<java.release>%s<".formatted(property("maven.compiler.release")));
    assertThat(bom).contains("<version>%s</version>".formatted(property("onceward.version")));
  }

  private static Built maven(LocalRepository repository, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("outside.maven"), "bin", "mvn").toString());
    command.addAll(List.of("--batch-mode", "--no-transfer-progress"));
    command.add("-Dmaven.repo.local=" + repository.directory());
    if (System.getProperty("outside.settings").equals("offline=true")) {
      command.add("--offline");
    }
    command.addAll(List.of(arguments));
    var log = OUTSIDE.resolve("maven.log");
    var process =
        new ProcessBuilder(command)
            .directory(COPY.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    process.environment().put("JAVA_HOME", System.getProperty("java.home"));
    var running = process.start();
    if (!running.waitFor(MINUTES_MAX, MINUTES)) {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
      throw new AssertionError("not built within %d minutes: %s".formatted(MINUTES_MAX, log));
    }
    return new Built(running.exitValue(), Files.readString(log));
  }

  /** What it is built of, and nothing that has been built of it here. */
  private static void copyExample() throws IOException {
    delete(COPY.resolve("src"));
    try (var files = Files.walk(EXAMPLE)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var place = EXAMPLE.relativize(file);
        if (place.equals(Path.of("pom.xml")) || place.startsWith("src")) {
          var copy = COPY.resolve(place);
          Files.createDirectories(copy.resolveSibling(""));
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (var files = Files.walk(directory)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static String property(String name) throws IOException {
    var pom = Files.readString(EXAMPLE.resolve("pom.xml"));
    var value = Pattern.compile("<%1$s>(.*)</%1$s>".formatted(Pattern.quote(name))).matcher(pom);
    assertThat(value.find()).as(name).isTrue();
    return value.group(1);
  }
}
