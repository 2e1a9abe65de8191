package onceward.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import onceward.localstack.LocalStack;
import onceward.localstack.ProjectRoot;
import onceward.localstack.StackPorts;
import onceward.localstack.StackSettings;
import onceward.localstack.process.Trees;

/**
 * All programs as processes, with PostgreSQL and Kafka, on free ports and in a directory that is
 * deleted at the end.
 */
public final class WholeSystem implements AutoCloseable {

  /** Within which each program is ready, or the benchmark fails. */
  public static final Duration READY_WITHIN = Duration.ofMinutes(5);

  private static final double MS_IN_S = 1e3;

  private final Path home;
  private final LocalStack stack;
  private final Thread end = new Thread(this::stop, "end stack");

  private WholeSystem(Path home, LocalStack stack) {
    this.home = home;
    this.stack = stack;
    Runtime.getRuntime().addShutdownHook(end);
  }

  /**
   * Starts one and returns when it is ready.
   *
   * @param changes to the settings that {@code infra/onceward up} has by default
   */
  public static WholeSystem start(UnaryOperator<StackSettings> changes) throws IOException {
    var home = Files.createTempDirectory("onceward-bench-");
    var settings =
        StackSettings.of(ProjectRoot.require())
            .withHome(home)
            .withPorts(StackPorts.free())
            .withReadyWithin(READY_WITHIN);
    try {
      return new WholeSystem(home, LocalStack.start(changes.apply(settings)));
    } catch (RuntimeException failed) {
      Trees.delete(home);
      throw failed;
    }
  }

  /** Its servers and programs. */
  public LocalStack stack() {
    return stack;
  }

  /** What {@code infra/onceward} takes as {@code --home}. */
  public Path home() {
    return home;
  }

  /** Where the gateway listens. */
  public String gateway() {
    return stack.program("gateway").url();
  }

  /** Seconds of processor time of a program since its start. */
  public double processorSeconds(String program) {
    return processorSeconds(stack.program(program).pid());
  }

  /** Seconds of processor time of a process since its start; 0 if it has ended. */
  public static double processorSeconds(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .map(time -> time.toMillis() / MS_IN_S)
        .orElse(0.0);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException ending) {
      // This JVM is ending, and the hook does the same.
    }
    stop();
  }

  private synchronized void stop() {
    stack.close();
    Trees.delete(home);
  }
}
