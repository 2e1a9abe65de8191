package onceward.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Goal: a crowd signs up at once, and what became of it agrees everywhere. Method: the command a
 * user would type.
 */
class DemoTest {

  @Test
  void a_crowd_of_sixty_signs_up_and_everything_agrees() throws Exception {
    var demo = CommandLine.run("demo", "--people", "60", "--concurrency", "8", "--seed", "7");

    assertThat(demo.exitCode()).as(demo.output()).isZero();
    assertThat(demo.output()).contains("Everything agrees.");
    Invariants.hold();
  }
}
