package onceward.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import onceward.localstack.ProjectRoot;

/**
 * A run of {@code infra/onceward} as an operator starts it, with its own heap.
 *
 * @param output what it printed for scripts
 * @param seconds from the start of the process to its end, with the start of its JVM
 * @param cpuSeconds of its processor time
 * @param residentPeakMiB the most that ever lay in memory; 0 where the system does not tell
 */
public record CommandRun(
    int exitCode, String output, double seconds, double cpuSeconds, double residentPeakMiB) {

  private static final int LOOK_MILLIS = 20;
  private static final double KIB_IN_MIB = 1024;

  /** Runs it to its end; its progress goes to standard error. */
  public static CommandRun of(List<String> arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(ProjectRoot.require().resolve("infra/onceward").toString());
    command.addAll(arguments);
    var output = Files.createTempFile("onceward-bench", ".json");
    try {
      var start = System.nanoTime();
      var process =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      var cpu = Duration.ZERO;
      var peak = 0.0;
      // Both only grow, so the last look before the end counts. The script's JVM is its child while
      // it makes the archive of classes.
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        var used = Duration.ZERO;
        for (var one :
            Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList()) {
          used = used.plus(one.info().totalCpuDuration().orElse(Duration.ZERO));
          peak = Math.max(peak, residentPeakMiB(one.pid()));
        }
        cpu = used.compareTo(cpu) > 0 ? used : cpu;
      }
      var seconds = (System.nanoTime() - start) / 1e9;
      return new CommandRun(
          process.exitValue(), Files.readString(output), seconds, cpu.toMillis() / 1e3, peak);
    } finally {
      Files.delete(output);
    }
  }

  private static double residentPeakMiB(long pid) {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmHWM:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum()
          / KIB_IN_MIB;
    } catch (IOException | UncheckedIOException goneOrNotLinux) {
      return 0;
    }
  }
}
