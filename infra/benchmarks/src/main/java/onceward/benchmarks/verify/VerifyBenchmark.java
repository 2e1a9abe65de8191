package onceward.benchmarks.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import onceward.benchmarks.Figures;
import onceward.ledger.Ledger;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Scope;
import onceward.ledger.verify.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: outbox, topic and inbox are filled with the same messages, and compared by the ledger in
 * this process, which has read all of them once before.
 */
@Command(
    name = "verify",
    description = "Measures how many messages per second the ledger compares, and its memory.",
    mixinStandardHelpOptions = true)
public final class VerifyBenchmark implements Callable<Integer> {

  private static final Duration CONFIRM_EVERY = Duration.ofMillis(50);

  @Option(
      names = "--messages",
      defaultValue = "1000000",
      description = "Messages in outbox, topic and inbox (default ${DEFAULT-VALUE}).")
  private long messages;

  @Option(
      names = "--payload-bytes",
      defaultValue = "400",
      description = "Bytes of each payload (default ${DEFAULT-VALUE}).")
  private int payloadBytes;

  @Mixin private final Figures figures = new Figures();

  @Override
  public Integer call() throws InterruptedException, IOException {
    try (var stores = FilledStores.create(messages, payloadBytes)) {
      System.gc();
      resetPeak();
      var cpu = cpuSeconds();
      var start = System.nanoTime();
      var verdict = verify(stores);
      var seconds = (System.nanoTime() - start) / 1e9;
      figures
          .add("messages", messages)
          .add("payload bytes", payloadBytes)
          .add("seconds", seconds)
          .add("messages/s", messages / seconds)
          .add("CPU s of the ledger's process", cpuSeconds() - cpu)
          .add("RSS peak MiB of the ledger's process", residentPeakMb())
          .add("compared", verdict.messages())
          .add("findings", verdict.findings().size());
      figures.print("verify");
      verdict.findings().forEach(System.err::println);
      verdict.notes().forEach(System.err::println);
      return verdict.isAtRest() && verdict.messages() == messages ? 0 : 1;
    }
  }

  private static Verdict verify(FilledStores stores) throws InterruptedException {
    var ended = new AtomicBoolean();
    var relay =
        Thread.ofPlatform()
            .start(() -> {
              while (!ended.get()) {
                stores.confirm();
                LockSupport.parkNanos(CONFIRM_EVERY.toNanos());
              }
            });
    try {
      return new Ledger(stores.settings()).verify(Scope.ALL, Progress.NONE);
    } finally {
      ended.set(true);
      relay.join();
    }
  }

  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }

  /** So that what was needed to fill the stores does not count. */
  private static void resetPeak() throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
  }

  private static double residentPeakMb() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElse(0)
        / 1024.0;
  }
}
