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
 * What runs, as written to {@code stack.json}.
 *
 * @param supervisor the process that stops the stack when it ends; null when nobody does
 * @param settings properties by program, as the user chose them, which override the generated ones
 * @param stopping whether somebody is ending it on purpose
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
    // A record of before settings were recorded has none.
    settings = settings == null ? Map.of() : settings;
  }

  /**
   * One program; without a process when it was stopped on purpose.
   *
   * @param logStart where its log ended when the process was started
   */
  record RunningProgram(
      String name, @Nullable ProcessId process, int port, String url, String log, long logStart) {

    RunningProgram with(@Nullable ProcessId other, long otherLogStart) {
      return new RunningProgram(name, other, port, url, log, otherLogStart);
    }
  }

  /** Something recorded, by name. */
  record Named(String name, ProcessId process) {}

  static StackState empty(Path root, StackPorts ports, Map<String, Map<String, String>> settings) {
    return new StackState(
        root.toString(), ProcessId.current(), ports, settings, null, null, List.of(), false);
  }

  /** As before anything of it was started: the same directory, ports and settings. */
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

  /** All processes, in the order in which they are to be stopped. */
  List<Named> inStopOrder() {
    return Stream.concat(
            StackStop.PROGRAMS.stream().flatMap(this::processOf),
            Stream.of(named("kafka", kafka), named("postgres", postgres)).flatMap(List::stream))
        .toList();
  }

  /** What was not stopped on purpose and runs no more. */
  List<Named> died() {
    return stopping
        ? List.of()
        : inStopOrder().stream().filter(named -> !named.process().isAlive()).toList();
  }

  List<Named> alive() {
    return inStopOrder().stream().filter(named -> named.process().isAlive()).toList();
  }

  /** What does not run, for whatever reason. */
  List<String> ended() {
    List<String> alive = alive().stream().map(Named::name).toList();
    return Stream.concat(
            Stream.of("postgres", "kafka"), programs.stream().map(RunningProgram::name))
        .filter(name -> !alive.contains(name))
        .toList();
  }

  /** Whether every process that belongs to a stack was started once. */
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
