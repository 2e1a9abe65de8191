package onceward.localstack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import onceward.localstack.StackState.Named;
import onceward.localstack.StackState.RunningProgram;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.process.PrivateFiles;
import onceward.localstack.process.PropertiesText;
import onceward.localstack.process.StackException;

/**
 * Starts the processes of a stack's record that do not run: servers first, then the programs
 * together. Returns when every program is ready. For one use, by one thread that holds the stack's
 * lock.
 *
 * <p>A process that runs at the beginning may end a moment later, because somebody stopped it just
 * before; it is started again, once. The end of a process that this object has started is a
 * failure, which names the process.
 */
final class BringUp {

  /** How long to wait for the ports of processes that were killed a moment ago. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final StackHome home;
  private final Duration readyWithin;
  private final OptionalInt onTimeline;
  private final Listener listener;
  private final Set<String> started = new HashSet<>();

  /** Gets the events of a start. */
  interface Listener {

    /** A process that was started is ready; its start began at {@code startNanos}. */
    void ready(String name, long startNanos);

    /** A process that ran before ended during the start, and is started again. */
    void endedMeanwhile(String name);

    /** Any other event, as a line for the user. */
    void line(String text);
  }

  /**
   * @param readyWithin how long the programs may take to become ready
   * @param onTimeline the timeline of a PostgreSQL server that is to start although a later one has
   *     replaced it; empty for none
   */
  BringUp(StackHome home, Duration readyWithin, OptionalInt onTimeline, Listener listener) {
    this.home = home;
    this.readyWithin = readyWithin;
    this.onTimeline = onTimeline;
    this.listener = listener;
  }

  /**
   * Brings the stack up.
   *
   * @throws onceward.localstack.process.StackException when something cannot be started, ends, or
   *     is not ready in time; caused by a {@link StuckException} when everything runs and an
   *     operator has to act
   */
  void run() {
    while (true) {
      try {
        startServers();
        startPrograms();
        return;
      } catch (StuckException stuck) {
        throw stuck.toStackException(home.commands());
      } catch (EndedException end) {
        // Each process is started again at most once, so this loop ends.
        if (started.contains(end.name())) {
          throw end.toStackException();
        }
        listener.endedMeanwhile(end.name());
      }
    }
  }

  /**
   * Returns if PostgreSQL runs, may be started, or cannot be asked about before Kafka is started.
   *
   * @throws StackException if a promoted standby has replaced the server, so that {@link #run}
   *     would start nothing
   */
  void requireServerOfItsOwn() {
    List<String> ended = state().ended();
    if (ended.contains("postgres") && !ended.contains("kafka")) {
      refuseReplaced();
    }
  }

  private void startServers() {
    List<String> ended = state().ended();
    requireFree(ended);
    StackServers servers = new StackServers(home, state().ports(), listener::ready);
    boolean startsPostgres = ended.contains("postgres");
    boolean startsKafka = ended.contains("kafka");
    // A service that runs writes to the server as soon as that answers, so Kafka is asked before,
    // as it is whenever it runs. Otherwise both servers start together, which is faster, and Kafka
    // is asked before services.
    boolean asksFirst = startsPostgres && (!startsKafka || serviceRuns());
    if (asksFirst) {
      if (startsKafka) {
        started.add("kafka");
        servers.startKafka();
      }
      refuseReplaced();
    }
    Together together = new Together();
    if (startsPostgres) {
      started.add("postgres");
      together.start(() -> migrated(servers.startPostgres()));
    } else {
      together.start(() -> migrated(home.postgresOf(state())));
    }
    if (startsKafka && !asksFirst) {
      started.add("kafka");
      together.start(servers::startKafka);
    }
    together.join();
    if (startsPostgres && !asksFirst) {
      try {
        refuseReplaced();
      } catch (StackException refused) {
        home.postgresOf(state()).close();
        throw refused;
      }
    }
  }

  private boolean serviceRuns() {
    return state().alive().stream()
        .anyMatch(named ->
            Arrays.stream(ProgramName.values())
                .anyMatch(
                    name -> name.text().equals(named.name()) && Databases.of(name).isPresent()));
  }

  /** Else services that find the server take writes, and everything looks well. */
  private void refuseReplaced() {
    StackState state = state();
    Replacement.of(home, state.ports(), home.kafkaOf(state))
        .filter(replaced -> onTimeline.orElse(0) != replaced.own())
        .ifPresent(replaced -> {
          throw new StackException(
              "PostgreSQL is not started: %s. End that server for good. If the later one is given up on purpose, with all that only it has: `%s`."
                  .formatted(
                      replaced.sentence(),
                      home.commands()
                          .of("up --detach --on-timeline %d".formatted(replaced.own()))));
        });
  }

  /** Brings the databases of the services that will be started to their version. */
  private PostgresServer migrated(PostgresServer postgres) {
    StackState state = state();
    List<String> alive = state.alive().stream().map(Named::name).toList();
    Migrations migrations = new Migrations(home, Path.of(state.root()), postgres);
    List<ProgramName> services =
        Arrays.stream(ProgramName.values())
            .filter(name -> Databases.of(name).isPresent() && !alive.contains(name.text()))
            .toList();
    services.forEach(name -> create(postgres, name, state));
    Together together = new Together();
    services.forEach(name ->
        together.start(() -> {
          migrations.run(name);
          return name;
        }));
    together.join();
    return postgres;
  }

  /**
   * Somebody may have dropped a database. A service that has run must not find an empty one and
   * decide anew what it has decided.
   */
  private void create(PostgresServer postgres, ProgramName name, StackState state) {
    String database = Databases.of(name).orElseThrow();
    boolean hasRun = Files.exists(home.log(name.text()));
    if (hasRun && !restoring(state).contains(name.text()) && !postgres.hasDatabase(database)) {
      throw new StackException(
          "Database %s of %s is gone, and the service would decide anew what it has decided. To get its data back, follow infra/docs/runbook/consumer-database-lost.md: `%s`. To begin with nothing: `%s`."
              .formatted(
                  database,
                  name.text(),
                  home.commands().of("up")
                      + " --set %s:messaging.restoring=true".formatted(name.text()),
                  home.commands().of("up") + " --fresh"));
    }
    Databases.create(postgres, database);
  }

  /** Another process may have taken the port of a process that ended. */
  private void requireFree(List<String> ended) {
    Stream<String> others =
        ended.stream()
            .map(name -> name.equals("kafka") ? "kafka-controller" : name + ManagementPorts.SUFFIX);
    state().ports().requireFree(Stream.concat(ended.stream(), others).toList(), PATIENCE);
  }

  /** Waits for running programs too: they may not be ready while their server was down. */
  private void startPrograms() {
    StackState state = state();
    SigningKey.ensure(home.signingKey());
    home.operatorTokens().ensure();
    Arrays.stream(ProgramName.values())
        .filter(name -> state.program(name.text()).isEmpty())
        .forEach(name -> configure(name, state));
    List<Program> programs =
        Arrays.stream(ProgramName.values()).map(name -> new Program(name, home)).toList();
    Map<String, Long> starts = new HashMap<>();
    for (Program program : programs) {
      if (!program.isAlive()) {
        starts.put(program.name(), System.nanoTime());
        started.add(program.name());
        program.start();
      }
    }
    List<String> restoring = restoring(state);
    new ProgramsWait(servers(state), readyWithin, listener::line)
        .until(
            programs.stream()
                .map(program ->
                    Watched.program(
                        program,
                        starts.containsKey(program.name()),
                        cannotBeReady(program.name(), restoring)))
                .toList(),
            name ->
                Optional.ofNullable(starts.get(name)).ifPresent(at -> listener.ready(name, at)));
    restoring.forEach(name ->
        listener.line(
            "%-13s restores and is not ready; next: `%s`"
                .formatted(name, home.commands().of("replay restore --service " + name))));
  }

  /** A service that restores, and the relay, which has lost its slot in that service's database. */
  private static boolean cannotBeReady(String program, List<String> restoring) {
    return restoring.contains(program)
        || (!restoring.isEmpty() && program.equals(ProgramName.OUTBOX_RELAY.text()));
  }

  /** The services that restore a lost database: not ready before an operator has gone on. */
  private static List<String> restoring(StackState state) {
    return state.settings().entrySet().stream()
        .filter(program -> "true".equals(program.getValue().get("messaging.restoring")))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private List<Watched> servers(StackState state) {
    return List.of(
        Watched.postgres(home.postgresOf(state), home), Watched.kafka(home.kafkaOf(state), home));
  }

  private void configure(ProgramName name, StackState state) {
    Map<String, String> all = new HashMap<>(generated(state).of(name));
    all.putAll(state.settings().getOrDefault(name.text(), Map.of()));
    PrivateFiles.write(home.configuration(name), PropertiesText.of(all));
    home.stackFile().update(other -> other.withProgram(notYetRunning(name, state.ports())));
  }

  private ProgramProperties generated(StackState state) {
    return new ProgramProperties(
        state.ports(), home.postgresOf(state), home.kafkaOf(state).bootstrapServers(), home);
  }

  private StackState state() {
    return home.stackFile().read().orElseThrow(StackServers::stopped);
  }

  private RunningProgram notYetRunning(ProgramName name, StackPorts ports) {
    int port = ports.of(name);
    return new RunningProgram(
        name.text(), null, port, "http://127.0.0.1:" + port, home.log(name.text()).toString(), 0);
  }
}
