package onceward.relay.killed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.Signal;

/** A running relay, a child of this JVM. */
final class RelayProcess implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 120;
  private static final Duration SIGNAL_PATIENCE = Duration.ofSeconds(5);

  private final Process process;
  private final Path output;

  RelayProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Lets it begin that waits for it. */
  void begin() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** Returns when it has ended itself there. */
  void awaitKilledAt(Point point) throws IOException, InterruptedException {
    assertThat(exitStatus()).as("%s at %s", this, point).isEqualTo(Trap.STATUS);
    assertThat(printed()).contains(Trap.lineFor(point));
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(exitStatus()).isEqualTo(Trap.STATUS);
  }

  /** SIGSTOP: it keeps its memory and connections and does nothing until it is resumed. */
  void suspend() {
    id().pause(SIGNAL_PATIENCE);
  }

  /** SIGCONT. */
  void resume() {
    id().send(Signal.CONT);
  }

  /** SIGTERM; returns when it has ended. */
  void end() throws InterruptedException {
    process.destroy();
    exitStatus();
  }

  /** Ends its input, so that it ends in good order. */
  void stop() throws IOException, InterruptedException {
    process.getOutputStream().close();
    assertThat(exitStatus()).as(toString()).isZero();
  }

  private ProcessId id() {
    return ProcessId.of(process.toHandle());
  }

  private int exitStatus() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, SECONDS)).as(this + " has ended").isTrue();
    return process.exitValue();
  }

  /** Whether it has, by now. */
  boolean hasPrinted(String text) throws IOException {
    return printed().contains(text);
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
