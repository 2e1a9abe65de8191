package onceward.localstack.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Memory of process trees, shared pages counted once (Linux only: "proportional set size"). */
public final class MemoryUse {

  private static final int KB = 1024;

  private MemoryUse() {}

  /** Bytes of these processes and their descendants; empty if the system does not provide it. */
  public static OptionalLong of(List<ProcessId> processes) {
    long kilobytes =
        processes.stream()
            .flatMap(process -> process.tree().stream())
            .mapToLong(handle -> proportionalKilobytes(handle.pid()))
            .sum();
    return kilobytes == 0 ? OptionalLong.empty() : OptionalLong.of(kilobytes * KB);
  }

  private static long proportionalKilobytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException goneOrNotLinux) {
      return 0;
    }
  }
}
