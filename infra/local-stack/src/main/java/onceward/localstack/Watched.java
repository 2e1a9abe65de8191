package onceward.localstack;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.process.Condition;
import onceward.localstack.process.LogTail;
import onceward.localstack.process.ProcessId;

/**
 * A program to wait for, or a server that it needs. Safe for many threads.
 *
 * @param name such as {@code kafka}
 * @param alive whether its process runs
 * @param condition its condition now; takes seconds at most
 * @param address the address at which it answers
 * @param usual the usual time to become ready; a longer wait is reported
 * @param reasons why it is not ready; empty if nobody can say
 * @param lastLines the end of its log, for a message that begins with a sentence
 */
record Watched(
    String name,
    BooleanSupplier alive,
    Supplier<Condition> condition,
    String address,
    Duration usual,
    Supplier<List<String>> reasons,
    Supplier<String> lastLines) {

  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration HICCUP = Duration.ofSeconds(3);

  /**
   * A program, as the process that it is now.
   *
   * @param starting whether the program was started just now
   * @param onlyAlive whether it is enough that the program answers, because it cannot be ready
   */
  static Watched program(Program program, boolean starting, boolean onlyAlive) {
    long logStart = program.logStart();
    BooleanSupplier alive =
        program.process().<BooleanSupplier>map(process -> process::isAlive).orElse(() -> false);
    return new Watched(
        program.name(),
        alive,
        () ->
            !alive.getAsBoolean()
                ? Condition.ENDED
                : onlyAlive ? Readiness.ofLife(program.url()) : Readiness.of(program.url()),
        program.url() + Readiness.PATH,
        starting ? START : HICCUP,
        program::reasons,
        () -> LogTail.describe(program.log(), logStart));
  }

  static Watched postgres(PostgresServer postgres, StackHome home) {
    return server(
        "postgres",
        postgres.process(),
        () -> postgres.condition(Readiness.CALL_LIMIT),
        postgres.host() + ":" + postgres.port(),
        home);
  }

  static Watched kafka(KafkaBroker kafka, StackHome home) {
    return server(
        "kafka",
        kafka.process(),
        () -> kafka.condition(Readiness.CALL_LIMIT),
        kafka.bootstrapServers(),
        home);
  }

  /** Quotes the end of the whole log: the last lines of a server are about its end. */
  private static Watched server(
      String name,
      ProcessId process,
      Supplier<Condition> condition,
      String address,
      StackHome home) {
    return new Watched(
        name,
        process::isAlive,
        condition,
        address,
        HICCUP,
        List::of,
        () -> LogTail.describe(home.log(name), 0));
  }
}
