package onceward.localstack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.process.MemoryUse;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.StackException;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL, Kafka and the four programs on this machine, each a process of its own. What runs is
 * recorded in the home directory, so that any JVM can attach to it. The processes live on when this
 * JVM ends without closing the stack.
 *
 * <p>Thread-safe. What a user can do something about fails with a {@link StackException}.
 */
public final class LocalStack implements AutoCloseable {

  private final StackHome home;
  private final PostgresServer postgres;
  private final KafkaBroker kafka;
  private final Consumer<String> progress;

  LocalStack(
      StackHome home, PostgresServer postgres, KafkaBroker kafka, Consumer<String> progress) {
    this.home = home;
    this.postgres = postgres;
    this.kafka = kafka;
    this.progress = progress;
  }

  /** Returns when every program is ready; when one is not, stops the others and fails. */
  public static LocalStack start(StackSettings settings) {
    return new StackStart(settings).run();
  }

  /**
   * The stack that runs in that home.
   *
   * @throws StackException when none does
   */
  public static LocalStack attach(Path home) {
    return attach(home, line -> {});
  }

  /** As {@link #attach(Path)}, telling of its stop. */
  public static LocalStack attach(Path home, Consumer<String> progress) {
    StackHome stackHome = new StackHome(home.toAbsolutePath().normalize());
    StackState state =
        stackHome
            .stackFile()
            .read()
            .filter(found -> !found.alive().isEmpty())
            .orElseThrow(() -> notRunning(home));
    return new LocalStack(
        stackHome,
        PostgresServer.attach(
            stackHome.postgres(state.ports().postgres()), required("PostgreSQL", state.postgres())),
        KafkaBroker.attach(state.ports().kafka(), required("Kafka", state.kafka())),
        progress);
  }

  /**
   * Starts again what has ended of the stack that runs in that home, with the data, ports and
   * settings it had, and waits until every program is ready. A failure leaves the rest running.
   *
   * @param readyWithin how long each program may take to become ready
   * @return the names of what had ended; empty when all was alive or no stack runs there
   */
  public static List<String> heal(Path home, Duration readyWithin, Consumer<String> progress) {
    StackHome stackHome = new StackHome(home.toAbsolutePath().normalize());
    return stackHome.stackFile().read().isEmpty()
        ? List.of()
        : new StackHeal(stackHome, readyWithin, progress).run();
  }

  /**
   * Ends whatever is left of a stack in that home, complete or not.
   *
   * @return whether anything was there
   */
  public static boolean stop(Path home, Consumer<String> progress) {
    StackHome stackHome = new StackHome(home.toAbsolutePath().normalize());
    if (stackHome.stackFile().read().isEmpty()) {
      return false;
    }
    try (var _ = StackLock.acquire(stackHome.lockFile())) {
      stackHome.recordPostgres();
      StackStop.stop(stackHome.stackFile(), progress);
      return true;
    }
  }

  /**
   * One of the four programs.
   *
   * @param name such as {@code auth-service}
   */
  public Program program(String name) {
    return new Program(ProgramName.of(name), home);
  }

  /** In the order in which they were started. */
  public List<Program> programs() {
    return Arrays.stream(ProgramName.values()).map(name -> new Program(name, home)).toList();
  }

  public PostgresServer postgres() {
    return postgres;
  }

  public KafkaBroker kafka() {
    return kafka;
  }

  public Path home() {
    return home.path();
  }

  /** False once all of it was stopped, by whomever. */
  public boolean isRecorded() {
    return home.stackFile().read().isPresent();
  }

  /** Names of the processes that ended though nobody stopped them. */
  public List<String> died() {
    return home.stackFile().read().stream()
        .flatMap(state -> state.died().stream())
        .map(StackState.Named::name)
        .toList();
  }

  /** The log file of a process by its name, such as {@code kafka}. */
  public Path log(String name) {
    return home.log(name);
  }

  /** From now on the stack is meant to outlive this JVM. */
  public void detach() {
    home.stackFile().update(state -> state.withSupervisor(null));
  }

  /** Bytes of memory that all processes take together; empty where the system does not tell. */
  public OptionalLong memoryBytes() {
    return MemoryUse.of(
        home.stackFile().read().stream()
            .flatMap(state -> state.alive().stream())
            .map(StackState.Named::process)
            .toList());
  }

  /** Stops gateway, services, relay, Kafka and PostgreSQL, in that order. May be called twice. */
  @Override
  public void close() {
    stop(home.path(), progress);
  }

  private static ProcessId required(String name, @Nullable ProcessId process) {
    if (process == null) {
      throw new StackException(
          name + " was not started: clean up with `infra/onceward down` and start again.");
    }
    return process;
  }

  private static StackException notRunning(Path home) {
    return new StackException("No stack runs in " + home + ": start one with `infra/onceward up`.");
  }
}
