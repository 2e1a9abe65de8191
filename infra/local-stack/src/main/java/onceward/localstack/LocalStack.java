package onceward.localstack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.process.Condition;
import onceward.localstack.process.MemoryUse;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.StackException;

/**
 * PostgreSQL, Kafka and the four programs on this machine, each a process of its own. A record in
 * the home directory names the processes, so that any JVM can attach to them. They keep running
 * when this JVM ends without closing the stack.
 *
 * <p>Thread-safe. A failure that a user can correct is a {@link StackException}.
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

  /**
   * Returns when every program is ready. When one is not, stops the others and fails; but lets them
   * run if one waits for an operator, whose commands need them.
   */
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

  /** As {@link #attach(Path)}; reports the progress of a later stop. */
  public static LocalStack attach(Path home, Consumer<String> progress) {
    StackHome stackHome = new StackHome(home.toAbsolutePath().normalize());
    StackState state =
        stackHome
            .stackFile()
            .read()
            .orElseThrow(() ->
                new StackException(
                    "No stack runs in %s: start one with `%s`."
                        .formatted(home, stackHome.commands().of("up"))));
    if (state.alive().isEmpty()) {
      throw new StackException(
          "All processes of the stack in %s have ended: start them again, with the same data, ports and settings, with `%s`."
              .formatted(home, stackHome.commands().of("up")));
    }
    return new LocalStack(
        stackHome, stackHome.postgresOf(state), stackHome.kafkaOf(state), progress);
  }

  /**
   * Repairs a stack that was up before: starts again the processes that have ended, even all of
   * them, with the same data, ports and settings; restarts programs whose settings change; waits
   * until every program is ready. After a failure, the running processes keep running.
   *
   * @param change the settings to change
   * @param readyWithin how long the programs may take to become ready
   * @return empty when no stack is recorded in that home: none was up since the last stop
   * @throws RefusedChangeException when the change cannot be made while the stack is up
   */
  public static Optional<Healed> heal(
      Path home, StackChange change, Duration readyWithin, Consumer<String> progress) {
    StackHome stackHome = new StackHome(home.toAbsolutePath().normalize());
    return stackHome.stackFile().read().isEmpty()
        ? Optional.empty()
        : new StackHeal(stackHome, change, readyWithin, progress).run();
  }

  /**
   * Ends all processes of the stack in that home, even if the stack is incomplete.
   *
   * @return whether there was a stack
   */
  public static boolean stop(Path home, Consumer<String> progress) {
    StackHome stackHome = new StackHome(home.toAbsolutePath().normalize());
    if (stackHome.stackFile().read().isEmpty()) {
      return false;
    }
    try (var _ = StackLock.acquire(stackHome)) {
      StackStop.stop(stackHome, progress);
      return true;
    }
  }

  /** The names of the four programs. */
  public static List<String> programNames() {
    return Arrays.stream(ProgramName.values()).map(ProgramName::text).toList();
  }

  /** The names of the databases, each of them with an outbox and an inbox. */
  public static List<String> databaseNames() {
    return List.of(Databases.AUTH, Databases.USER);
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

  /** False after any command has stopped the stack. */
  public boolean isRecorded() {
    return home.stackFile().read().isPresent();
  }

  /** Names of the processes that ended although nobody stopped them. */
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

  /** The condition of each process, by name. Asks all at the same time, and takes 4 s at most. */
  public Map<String, Condition> conditions() {
    Together together = new Together();
    Map<String, Supplier<Condition>> answers = new LinkedHashMap<>();
    answers.put("postgres", together.start(() -> postgres.condition(Readiness.CALL_LIMIT)));
    answers.put("kafka", together.start(() -> kafka.condition(Readiness.CALL_LIMIT)));
    programs().forEach(program -> answers.put(program.name(), together.start(program::condition)));
    together.join();
    Map<String, Condition> conditions = new LinkedHashMap<>();
    answers.forEach((name, answer) -> conditions.put(name, answer.get()));
    return conditions;
  }

  /**
   * Whether a promoted standby has replaced the stack's PostgreSQL server, which may have ended;
   * empty if not, as far as Kafka knows.
   *
   * @throws StackException when Kafka does not answer
   */
  public Optional<Replacement> replacement() {
    StackPorts ports = home.stackFile().read().orElseThrow(StackServers::stopped).ports();
    return Replacement.of(home, ports, kafka);
  }

  /** The commands for this stack, ready to paste. */
  public Commands commands() {
    return home.commands();
  }

  /** The file with the passwords of all roles of PostgreSQL, a line {@code role=password} each. */
  public Path passwords() {
    return home.passwords();
  }

  /**
   * The properties of a Kafka client for commands: it may read everything and create topics, and
   * write nothing.
   */
  public Map<String, String> operatorProperties() {
    Map<String, String> properties = new HashMap<>(home.kafkaLogins().client(KafkaUsers.OPERATOR));
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    return properties;
  }

  /** The file by which commands log in to Kafka, in the form that Kafka's own tools take. */
  public Path operatorLogin() {
    return home.kafkaLogin(KafkaUsers.OPERATOR);
  }

  /** The file with the passwords of all users of Kafka, a line {@code user=password} each. */
  public Path kafkaPasswords() {
    return home.kafkaPasswords();
  }

  /** The files with the tokens for the management ports. */
  public OperatorTokens operatorTokens() {
    return home.operatorTokens();
  }

  /** Makes this JVM responsible: it stops the stack when it ends. */
  public void attend() {
    home.stackFile().update(state -> state.withSupervisor(ProcessId.current()));
  }

  /** Lets the stack outlive this JVM. */
  public void detach() {
    home.stackFile().update(state -> state.withSupervisor(null));
  }

  /** Bytes of memory of all processes together; empty if the system does not provide it. */
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
}
