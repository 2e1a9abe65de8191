package onceward.localstack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import onceward.localstack.process.ProcessId;
import org.jspecify.annotations.Nullable;

/**
 * The record of a stack in {@code stack.json}.
 *
 * @param supervisor the process that stops the stack when it ends; null if there is none
 * @param settings properties by program, as the user chose them, which override the generated ones
 * @param stopping whether a command is stopping the stack
 */
record StackState(
    String root,
    @Nullable ProcessId supervisor,
    StackPorts ports,
    Map<String, Map<String, String>> settings,
    @Nullable ProcessId postgres,
    @Nullable ProcessId kafka,
    List<RunningProgram> programs,
    boolean stopping) {

  StackState {
    // A record of an older version has no settings.
    settings = settings == null ? Map.of() : settings;
  }

  /**
   * One program; without a process when a command has stopped it.
   *
   * @param logStart the length of its log when the process was started
   */
  record RunningProgram(
      String name, @Nullable ProcessId process, int port, String url, String log, long logStart) {

    RunningProgram with(@Nullable ProcessId other, long otherLogStart) {
      return new RunningProgram(name, other, port, url, log, otherLogStart);
    }
  }

  /** A recorded process, with its name. */
  record Named(String name, ProcessId process) {}

  static StackState empty(Path root, StackPorts ports, Map<String, Map<String, String>> settings) {
    return new StackState(
        root.toString(), ProcessId.current(), ports, settings, null, null, List.of(), false);
  }

  /** The record before any process was started: the same directory, ports and settings. */
  StackState emptied() {
    return empty(Path.of(root), ports, settings);
  }

  StackState withSettings(Map<String, Map<String, String>> value) {
    return new StackState(root, supervisor, ports, value, postgres, kafka, programs, stopping);
  }

  StackState withPostgres(ProcessId process) {
    return new StackState(root, supervisor, ports, settings, process, kafka, programs, stopping);
  }

  StackState withKafka(ProcessId process) {
    return new StackState(root, supervisor, ports, settings, postgres, process, programs, stopping);
  }

  StackState withSupervisor(@Nullable ProcessId process) {
    return new StackState(root, process, ports, settings, postgres, kafka, programs, stopping);
  }

  StackState withStopping() {
    return new StackState(root, supervisor, ports, settings, postgres, kafka, programs, true);
  }

  /** Replaces the program of that name, or adds it. */
  StackState withProgram(RunningProgram program) {
    List<RunningProgram> all = new ArrayList<>(programs);
    all.removeIf(other -> other.name().equals(program.name()));
    all.add(program);
    return new StackState(
        root, supervisor, ports, settings, postgres, kafka, List.copyOf(all), stopping);
  }

  Optional<RunningProgram> program(String name) {
    return programs.stream().filter(program -> program.name().equals(name)).findFirst();
  }

  /** All processes, in the order of a stop. */
  List<Named> inStopOrder() {
    return Stream.concat(
            StackStop.PROGRAMS.stream().flatMap(this::processOf),
            Stream.of(named("kafka", kafka), named("postgres", postgres)).flatMap(List::stream))
        .toList();
  }

  /** The processes that ended although no command stopped them. */
  List<Named> died() {
    return stopping
        ? List.of()
        : inStopOrder().stream().filter(named -> !named.process().isAlive()).toList();
  }

  List<Named> alive() {
    return inStopOrder().stream().filter(named -> named.process().isAlive()).toList();
  }

  /** The names of the processes that do not run, for any reason. */
  List<String> ended() {
    List<String> alive = alive().stream().map(Named::name).toList();
    return Stream.concat(
            Stream.of("postgres", "kafka"), programs.stream().map(RunningProgram::name))
        .filter(name -> !alive.contains(name))
        .toList();
  }

  /** Whether every process of the stack was started once. */
  boolean isComplete() {
    return postgres != null && kafka != null && programs.size() == ProgramName.values().length;
  }

  boolean supervisorDied() {
    return supervisor != null && !supervisor.isAlive();
  }

  private Stream<Named> processOf(ProgramName name) {
    return program(name.text()).stream()
        .flatMap(program -> named(program.name(), program.process()).stream());
  }

  private static List<Named> named(String name, @Nullable ProcessId process) {
    return process == null ? List.of() : List.of(new Named(name, process));
  }
}
