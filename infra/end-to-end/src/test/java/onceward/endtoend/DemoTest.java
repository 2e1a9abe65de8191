package onceward.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Goal: a crowd signs up at once, and what became of it agrees everywhere. Method: the command a
 * user would type.
 */
class DemoTest {

  @Test
  void a_crowd_of_sixty_signs_up_and_everything_agrees() throws IOException, InterruptedException {
    var home = RunningSystem.stack().home();
    var root = Path.of(System.getProperty("onceward.root", "../.."));
    var demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                root.resolve("infra/cli/target/cli.jar").toString(),
                "demo",
                "--people",
                "60",
                "--concurrency",
                "8",
                "--seed",
                "7",
                "--home",
                home.toString())
            .redirectErrorStream(true)
            .start();
    var output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(demo.waitFor()).as(output).isZero();
    assertThat(output).contains("Everything agrees.");
    Invariants.hold();
  }
}
