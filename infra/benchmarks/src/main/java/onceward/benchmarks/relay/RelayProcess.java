package onceward.benchmarks.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import onceward.localstack.LoneProgram;

/** A relay, and what it takes of the machine. */
final class RelayProcess implements AutoCloseable {

  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final double KIB_IN_MIB = 1024;

  private final LoneProgram program;

  RelayProcess(LoneProgram program) {
    this.program = program;
  }

  void awaitReady() {
    program.awaitReady(READY_LIMIT);
  }

  /**
   * Processor seconds taken since its start.
   *
   * @throws IllegalStateException with the end of its log, if it has ended
   */
  double cpuSeconds() {
    return ProcessHandle.of(program.process().pid())
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
    return program.lastLines();
  }

  void stop() {
    program.stop();
  }

  @Override
  public void close() {
    stop();
  }

  private double memoryMb(String line) {
    var status = Path.of("/proc/" + program.process().pid() + "/status");
    try (var lines = Files.lines(status)) {
      return lines
              .filter(candidate -> candidate.startsWith(line))
              .mapToLong(found -> Long.parseLong(found.replaceAll("\\D", "")))
              .sum()
          / KIB_IN_MIB;
    } catch (NoSuchFileException notLinux) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
