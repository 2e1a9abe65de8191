package onceward.localstack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import onceward.localstack.StackState.RunningProgram;
import onceward.localstack.process.Condition;
import onceward.localstack.process.Launch;
import onceward.localstack.process.LogTail;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.Signal;
import onceward.localstack.process.StackException;
import org.jspecify.annotations.Nullable;

/**
 * One of the stack's programs, which can be stopped, killed, paused and started again alone. Every
 * method reads {@code stack.json} and records its change there, so that several JVMs may hold the
 * same program. Thread-safe.
 */
public final class Program {

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE_PATIENCE = Duration.ofSeconds(5);

  private final ProgramName name;
  private final StackHome home;

  Program(ProgramName name, StackHome home) {
    this.name = name;
    this.home = home;
  }

  public String name() {
    return name.text();
  }

  /**
   * The pid of its process.
   *
   * @throws StackException when it does not run
   */
  public long pid() {
    return process().orElseThrow(() -> new StackException(name() + " does not run.")).pid();
  }

  /** Such as {@code http://127.0.0.1:8080}, without a slash at the end. */
  public String url() {
    return recorded().url();
  }

  /** The management port, such as {@code http://127.0.0.1:9080}, without a slash at the end. */
  public String managementUrl() {
    return "http://127.0.0.1:" + state().ports().management().of(name);
  }

  public Path log() {
    return Path.of(recorded().log());
  }

  public boolean isAlive() {
    return process().isPresent();
  }

  public boolean isReady() {
    return condition() == Condition.READY;
  }

  /** Its condition. Takes 2 s at most, also when the process is suspended. */
  public Condition condition() {
    return isAlive() ? Readiness.of(url()) : Condition.ENDED;
  }

  /**
   * Why it is not ready, a sentence for each reason, as its management port says, with commands
   * ready to paste; empty if that does not say. Takes 2 s at most.
   */
  public List<String> reasons() {
    return Readiness.reasons(managementUrl(), home.operatorTokens().reader()).stream()
        .map(home.commands()::complete)
        .toList();
  }

  /**
   * What is to be mended although it may be ready, a sentence each, as its management port says;
   * empty if that does not say. Takes 2 s at most.
   */
  public List<String> warnings() {
    return Readiness.warnings(managementUrl(), home.operatorTokens().reader());
  }

  /** Starts it with the settings it had; returns at once. Does nothing when it runs. */
  public void start() {
    if (!isAlive()) {
      startRecorded();
    }
  }

  /**
   * Waits until it is ready.
   *
   * @throws StackException when it ends, or is not ready within that time
   */
  public void awaitReady(Duration limit) {
    Readiness.await(name(), url(), log(), logStart(), this::isAlive, limit);
  }

  /** Asks it to end, kills it when it takes longer than 20 s. Returns when it is gone. */
  public void stop() {
    end(Signal.TERM, Signal.KILL);
  }

  /** SIGKILL; returns when it is gone. */
  public void kill() {
    end(Signal.KILL);
  }

  /** SIGSTOP: it keeps its memory and connections and does nothing until {@link #resume()}. */
  public void pause() {
    process().ifPresent(process -> process.pause(PAUSE_PATIENCE));
  }

  public void resume() {
    process().ifPresent(process -> process.send(Signal.CONT));
  }

  private void end(Signal... signals) {
    process().ifPresent(process -> process.end(STOP_PATIENCE, signals));
    home.stackFile().update(state -> with(state, null, 0));
  }

  /** The length of its log at the start of its process, in bytes. */
  long logStart() {
    return recorded().logStart();
  }

  /** Its process; empty when it does not run. */
  public Optional<ProcessId> process() {
    return Optional.ofNullable(recorded().process()).filter(ProcessId::isAlive);
  }

  /** Kills the process if it cannot be recorded: nothing would ever stop it. */
  private void startRecorded() {
    long logStart = LogTail.end(log());
    ProcessId process = launch().start();
    boolean recorded = false;
    try {
      recorded = home.stackFile().record(state -> with(state, process, logStart));
    } finally {
      if (!recorded) {
        process.end(STOP_PATIENCE, Signal.KILL);
      }
    }
    if (!recorded) {
      throw StackServers.stopped();
    }
  }

  private StackState with(StackState state, @Nullable ProcessId process, long logStart) {
    return state.withProgram(
        state
            .program(name())
            .map(program -> program.with(process, logStart))
            .orElseThrow(this::unrecorded));
  }

  private RunningProgram recorded() {
    return state().program(name()).orElseThrow(this::unrecorded);
  }

  private StackState state() {
    return home.stackFile().read().orElseThrow(this::unrecorded);
  }

  private StackException unrecorded() {
    return new StackException(name() + " is not part of a stack in " + home.path() + " any more.");
  }

  private Launch launch() {
    return ProgramLaunch.of(name, Path.of(state().root()), home);
  }
}
