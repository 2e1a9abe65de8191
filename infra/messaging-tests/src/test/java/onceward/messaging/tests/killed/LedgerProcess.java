package onceward.messaging.tests.killed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A running {@link LedgerProgram}, a child of this JVM. */
final class LedgerProcess implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 300;
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final int SIGKILLED = 128 + 9;

  private final Process process;
  private final Path output;

  LedgerProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Returns when the process has printed that it stands there. */
  void awaitAt(Point point) {
    await(this + " comes to " + point)
        .atMost(PATIENCE_SECONDS, SECONDS)
        .pollDelay(Duration.ZERO)
        .pollInterval(LOOK)
        .failFast(this + " has ended by itself", () -> !process.isAlive())
        .until(() -> printed().contains(Trap.lineFor(point)));
  }

  /** SIGKILL: no shutdown hook runs, nothing is flushed, nobody is told. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(exitStatus()).isEqualTo(SIGKILLED);
  }

  /** Lets it end in good order. */
  void stop() throws IOException, InterruptedException {
    process.getOutputStream().close();
    assertThat(exitStatus()).isZero();
  }

  /** The status with which it ends. */
  int exitStatus() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, SECONDS)).as(this + " has ended").isTrue();
    return process.exitValue();
  }

  private String printed() throws IOException {
    return Files.readString(output);
  }

  @Override
  public String toString() {
    try {
      return "process %d, which printed:\n%s".formatted(process.pid(), printed());
    } catch (IOException unreadable) {
      return "process " + process.pid();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
