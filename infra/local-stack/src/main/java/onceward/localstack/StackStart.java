package onceward.localstack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import onceward.localstack.StackState.Named;
import onceward.localstack.process.StackException;

/** Starts a stack: checks, then PostgreSQL and Kafka together, then all programs together. */
final class StackStart implements BringUp.Listener {

  /** How long to wait for the ports of a stack that was stopped a moment ago. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

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
    try (var _ = StackLock.acquire(home)) {
      home.recordPostgres();
      refuseRunning();
      requireBuild();
      ports.requireFree(ports.byOwner().keySet(), PATIENCE);
      warnOfPorts();
      if (settings.fresh()) {
        home.wipe();
      }
      return startOrCleanUp();
    }
  }

  private void warnOfPorts() {
    List<String> unlucky = ports.amongOutgoing();
    if (!unlucky.isEmpty()) {
      line(
          "%s: the system may give a port in this range to an outgoing connection of another program; a port below 32768 is safe"
              .formatted(String.join(", ", unlucky)));
    }
  }

  private LocalStack startOrCleanUp() {
    file.write(StackState.empty(settings.root(), ports, settings.overrides()));
    try (var _ = new StopWhenKilled(home, settings.progress())) {
      return startAll();
    } catch (RuntimeException e) {
      if (e.getCause() instanceof StuckException) {
        // The operator's commands need what runs.
        file.update(state -> state.withSupervisor(null));
      } else {
        StackStop.stop(home, settings.progress());
      }
      throw e;
    }
  }

  private LocalStack startAll() {
    new BringUp(home, settings.readyWithin(), settings.onTimeline(), this).run();
    return LocalStack.attach(home.path(), settings.progress());
  }

  @Override
  public void ready(String name, long startNanos) {
    line("%-13s ready in %s".formatted(name, Elapsed.since(startNanos)));
  }

  /** Only reports: this start has started every process, so it starts none again. */
  @Override
  public void endedMeanwhile(String name) {
    line(name + " ended");
  }

  @Override
  public void line(String text) {
    settings.progress().accept(text);
  }

  private void refuseRunning() {
    file.read().ifPresent(this::refuseAlive);
  }

  private void refuseAlive(StackState state) {
    List<Named> alive = state.alive();
    if (alive.isEmpty()) {
      line(
          "Deleted the record of an earlier stack, of which no process runs"
              + settingsOf(state)
              + ".");
      file.delete();
    } else if (state.stopping()) {
      throw halfStopped(home, state);
    } else {
      String down = home.commands().of("down");
      throw new StackException(
          "A stack already runs in %s (%s): %s."
              .formatted(
                  home.path(),
                  describe(alive),
                  settings.fresh()
                      ? "stop it with `%s` before its data is deleted".formatted(down)
                      : "show it with `%s` or stop it with `%s`"
                          .formatted(home.commands().of("status"), down)));
    }
  }

  /** Names the settings that a user has to give again. Their values may be secrets. */
  private static String settingsOf(StackState state) {
    String names =
        state.settings().entrySet().stream()
            .flatMap(program ->
                program.getValue().keySet().stream().map(name -> program.getKey() + ":" + name))
            .sorted()
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : ", with its settings: " + names;
  }

  /** The failure for a stack whose stop was killed, or is still going on. */
  static StackException halfStopped(StackHome home, StackState state) {
    return new StackException(
        "The stack in %s was stopped only in part (still running: %s): finish the stop with `%s`."
            .formatted(home.path(), describe(state.alive()), home.commands().of("down")));
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
