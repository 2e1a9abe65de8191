package onceward.benchmarks.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import onceward.localstack.LoneProgram;
import onceward.localstack.process.Launch;
import onceward.localstack.process.LogTail;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.Signal;
import onceward.localstack.process.Waiting;

/** The process of a relay, and what it takes of the machine. */
final class RelayProcess implements AutoCloseable {

  private static final Duration READY_LIMIT = Duration.ofMinutes(4);
  private static final Duration READY_POLL = Duration.ofMillis(50);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
  private static final double KIB_IN_MIB = 1024;

  private final ProcessId process;
  private final Runnable awaitReady;
  private final Supplier<String> lastLines;

  private RelayProcess(ProcessId process, Runnable awaitReady, Supplier<String> lastLines) {
    this.process = process;
    this.awaitReady = awaitReady;
    this.lastLines = lastLines;
  }

  /** One of the project's programs. */
  static RelayProcess of(LoneProgram program) {
    return new RelayProcess(
        program.process(), () -> program.awaitReady(READY_LIMIT), program::lastLines);
  }

  /**
   * Starts another program.
   *
   * @param log to which its output is appended
   * @param isReady whether it would publish a row now
   */
  static RelayProcess start(List<String> command, Path log, BooleanSupplier isReady) {
    var logStart = LogTail.end(log);
    var process = new Launch(command, Map.of(), log).start();
    Supplier<String> lastLines = () -> LogTail.describe(log, logStart);
    return new RelayProcess(process, () -> await(process, isReady, lastLines), lastLines);
  }

  private static void await(
      ProcessId process, BooleanSupplier isReady, Supplier<String> lastLines) {
    Waiting.until(() -> isReady.getAsBoolean() || !process.isAlive(), READY_LIMIT, READY_POLL);
    if (!process.isAlive() || !isReady.getAsBoolean()) {
      throw new IllegalStateException(
          "the relay has ended, or is not ready after %d s.%s"
              .formatted(READY_LIMIT.toSeconds(), lastLines.get()));
    }
  }

  /**
   * Returns when it would publish a row at once.
   *
   * @throws RuntimeException with the end of its log, if it does not come to that
   */
  void awaitReady() {
    awaitReady.run();
  }

  /**
   * Processor seconds taken since its start.
   *
   * @throws IllegalStateException with the end of its log, if it has ended
   */
  double cpuSeconds() {
    return ProcessHandle.of(process.pid())
        .flatMap(handle -> handle.info().totalCpuDuration())
        .map(duration -> duration.toNanos() / 1e9)
        .orElseThrow(() -> new IllegalStateException("the relay has ended." + logTail()));
  }

  /** Watches it for that long from now. */
  Watched watch(Duration window) {
    var before = cpuSeconds();
    var start = System.nanoTime();
    Pause.of(window);
    return new Watched(start, System.nanoTime(), cpuSeconds() - before);
  }

  /** Processor seconds taken between two moments of {@link System#nanoTime()}. */
  record Watched(long start, long end, double cpuSeconds) {

    double seconds() {
      return (end - start) / 1e9;
    }

    double cpuShare() {
      return cpuSeconds / seconds();
    }
  }

  /** What lies in memory now, in MiB; 0 where the system does not tell (only Linux does). */
  double residentMb() {
    return memoryMb("VmRSS:");
  }

  /** The most that ever lay in memory, as above. */
  double residentPeakMb() {
    return memoryMb("VmHWM:");
  }

  /** The end of its log. */
  String logTail() {
    return lastLines.get();
  }

  /** Asks it to end, kills it when it takes longer than 20 s. Returns when it is gone. */
  void stop() {
    process.end(STOP_PATIENCE, Signal.TERM, Signal.KILL);
  }

  @Override
  public void close() {
    stop();
  }

  /** How many threads it has; 0 where the system does not tell. */
  long threads() {
    return status("Threads:");
  }

  private double memoryMb(String line) {
    return status(line) / KIB_IN_MIB;
  }

  private long status(String line) {
    var status = Path.of("/proc/" + process.pid() + "/status");
    try (var lines = Files.lines(status)) {
      return lines
          .filter(candidate -> candidate.startsWith(line))
          .mapToLong(found -> Long.parseLong(found.replaceAll("\\D", "")))
          .sum();
    } catch (NoSuchFileException notLinux) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
