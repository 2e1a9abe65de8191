package onceward.localstack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import onceward.localstack.StackState.Named;
import onceward.localstack.StackState.RunningProgram;
import onceward.localstack.process.PrivateFiles;
import onceward.localstack.process.StackException;

/** Brings a stack up: check, then PostgreSQL and Kafka together, then all programs together. */
final class StackStart {

  private static final String LOOK =
      "look at it with `infra/onceward status` or stop it with `infra/onceward down`";
  private static final String STOP_FIRST =
      "stop it with `infra/onceward down` before its data is deleted";

  private final StackSettings settings;
  private final StackPorts ports;
  private final StackHome home;
  private final StackFile file;

  StackStart(StackSettings settings) {
    this.settings = settings;
    this.ports = settings.ports().chosen();
    this.home = new StackHome(settings.home()).prepare();
    this.file = home.stackFile();
  }

  LocalStack run() {
    try (var _ = StackLock.acquire(home.lockFile())) {
      home.recordPostgres();
      refuseRunning();
      requireBuild();
      ports.requireFree();
      if (settings.fresh()) {
        home.wipe();
      }
      return startOrCleanUp();
    }
  }

  private LocalStack startOrCleanUp() {
    file.write(StackState.empty(settings.root(), ports));
    try (var _ = new StopWhenKilled(file, settings.progress())) {
      return startAll();
    } catch (RuntimeException e) {
      StackStop.stop(file, settings.progress());
      throw e;
    }
  }

  private LocalStack startAll() {
    Together together = new Together();
    StackServers servers = new StackServers(home, ports, this::tellReady);
    var postgres = together.start(servers::startPostgres);
    var kafka = together.start(servers::startKafka);
    together.join();
    LocalStack stack = new LocalStack(home, postgres.get(), kafka.get(), settings.progress());
    startPrograms(stack);
    return stack;
  }

  private void startPrograms(LocalStack stack) {
    SigningKey.ensure(home.signingKey());
    ProgramProperties properties =
        new ProgramProperties(
            ports, stack.postgres(), stack.kafka().bootstrapServers(), home.signingKey());
    Together together = new Together();
    for (ProgramName name : ProgramName.values()) {
      configure(name, properties);
      Program program = stack.program(name.text());
      program.start();
      long start = System.nanoTime();
      together.start(() -> awaitReady(program, start));
    }
    together.join();
  }

  private void configure(ProgramName name, ProgramProperties properties) {
    Map<String, String> all = new HashMap<>(properties.of(name));
    all.putAll(settings.overrides().getOrDefault(name.text(), Map.of()));
    PrivateFiles.write(home.configuration(name), PropertiesText.of(all));
    file.update(state -> state.withProgram(notYetRunning(name)));
  }

  private RunningProgram notYetRunning(ProgramName name) {
    int port = ports.of(name);
    return new RunningProgram(
        name.text(), null, port, "http://127.0.0.1:" + port, home.log(name.text()).toString());
  }

  private Program awaitReady(Program program, long start) {
    program.awaitReady(settings.readyWithin());
    tellReady(program.name(), start);
    return program;
  }

  private void tellReady(String name, long start) {
    settings.progress().accept("%-13s ready in %s".formatted(name, Elapsed.since(start)));
  }

  private void refuseRunning() {
    file.read().ifPresent(this::refuseAlive);
  }

  private void refuseAlive(StackState state) {
    List<Named> alive = state.alive();
    if (alive.isEmpty()) {
      settings.progress().accept("Forgot the record of a stack of which nothing is left.");
      file.delete();
    } else if (state.supervisorDied()) {
      throw new StackException(
          "Processes of a stack that ended badly still run (%s): end them with `infra/onceward down`, then start again."
              .formatted(describe(alive)));
    } else {
      throw new StackException(
          "A stack runs already in %s (%s): %s."
              .formatted(home.path(), describe(alive), settings.fresh() ? STOP_FIRST : LOOK));
    }
  }

  private static String describe(List<Named> processes) {
    return processes.stream()
        .map(named -> named.name() + " " + named.process().pid())
        .collect(Collectors.joining(", "));
  }

  private void requireBuild() {
    String missing =
        Arrays.stream(ProgramName.values())
            .map(name -> name.jar(settings.root()))
            .filter(jar -> !Files.exists(jar))
            .map(Path::toString)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw new StackException(
          "Not built: %s. Build with `mvn package -DskipTests` in %s."
              .formatted(missing, settings.root()));
    }
  }
}
