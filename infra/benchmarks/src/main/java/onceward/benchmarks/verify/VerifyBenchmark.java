package onceward.benchmarks.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import onceward.benchmarks.CommandRun;
import onceward.benchmarks.Figures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: outbox, topic and inbox are filled with the same messages, and compared by {@code
 * infra/onceward verify --deep} in a process of its own, with its own heap. Then single messages,
 * aggregates and traces are followed, in this process and by {@code infra/onceward trace}.
 */
@Command(
    name = "verify",
    description =
        "Measures how many messages per second verify compares, its memory, and how long a trace takes.",
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

  @Option(
      names = "--traces",
      defaultValue = "20",
      description = "Traces of each kind of id (default ${DEFAULT-VALUE}).")
  private int traces;

  @Mixin private final Figures figures = new Figures();

  @Override
  public Integer call() throws InterruptedException, IOException {
    try (var stores = FilledStores.create(messages, payloadBytes)) {
      var config = stores.config();
      try {
        return measure(stores, config);
      } finally {
        Files.delete(config);
      }
    }
  }

  private int measure(FilledStores stores, Path config) throws InterruptedException, IOException {
    var run = verify(stores, config);
    var verdict = new ObjectMapper().readTree(run.output());
    figures
        .add("messages", messages)
        .add("payload bytes", payloadBytes)
        .add("seconds", run.seconds())
        .add("messages/s", messages / run.seconds())
        .add("CPU s of the command", run.cpuSeconds())
        .add("RSS peak MiB of the command", run.residentPeakMiB())
        .add("compared", verdict.path("messages").longValue())
        .add("findings", verdict.path("findings").size())
        .addAll("traces", new TraceTimes(stores, config, traces).measure());
    figures.print("verify");
    verdict.path("findings").forEach(System.err::println);
    verdict.path("notes").forEach(System.err::println);
    return verdict.path("atRest").booleanValue() && verdict.path("messages").longValue() == messages
        ? 0
        : 1;
  }

  private static CommandRun verify(FilledStores stores, Path config)
      throws InterruptedException, IOException {
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
      return CommandRun.of(List.of("verify", "--deep", "--config", config.toString(), "--json"));
    } finally {
      ended.set(true);
      relay.join();
    }
  }
}
