package onceward.localstack.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Identifies one process for ever: an operating system reuses a pid, but not with the same start.
 * Immutable and thread-safe; every method asks the operating system.
 *
 * @param startedAt by the wall clock; a step of that clock moves it
 * @param kernelStart the boot of the machine and the ticks from then to the start of the process,
 *     which no clock moves; null where there is no /proc, and in a record of an older version
 */
public record ProcessId(long pid, Instant startedAt, @Nullable String kernelStart) {

  /** The kernel's boot time, from which start instants derive, moves a little with the clock. */
  private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  /** Counted from field 3. */
  private static final int START_TICKS = 22 - 3;

  private static final Duration POLL = Duration.ofMillis(20);

  public static ProcessId of(ProcessHandle handle) {
    return new ProcessId(
        handle.pid(),
        startOf(handle).orElse(Instant.EPOCH),
        kernelStart(handle.pid()).orElse(null));
  }

  public static ProcessId current() {
    return of(ProcessHandle.current());
  }

  /** The process of that pid, if there is one now. */
  public static Optional<ProcessId> find(long pid) {
    return ProcessHandle.of(pid).map(ProcessId::of).filter(ProcessId::isAlive);
  }

  /**
   * True while exactly this process runs; a zombie or another process with its pid does not count.
   */
  public boolean isAlive() {
    return handle().isPresent();
  }

  /** This process and all that descend from it, as far as they are alive. */
  public List<ProcessHandle> tree() {
    return handle().stream()
        .flatMap(handle -> Stream.concat(Stream.of(handle), handle.descendants()))
        .toList();
  }

  /** Sends the signal; does nothing when the process is gone. */
  public void send(Signal signal) {
    if (isAlive()) {
      Shell.run("kill -" + signal + " " + pid);
    }
  }

  /** Sends SIGSTOP, and waits until it has taken effect if the operating system shows that. */
  public void pause(Duration limit) {
    send(Signal.STOP);
    Waiting.until(() -> state().map(state -> state == 'T').orElse(true), limit, POLL);
  }

  /** Waits until the process is gone; false when it still runs after that time. */
  public boolean awaitGone(Duration limit) {
    return Waiting.until(() -> !isAlive(), limit, POLL);
  }

  /** Sends each signal in turn and waits that long after each, until the process is gone. */
  public void end(Duration patience, Signal... signals) {
    for (Signal signal : signals) {
      send(signal);
      if (awaitGone(patience)) {
        return;
      }
    }
    throw new StackException("Process " + pid + " does not end, not even by SIGKILL.");
  }

  private Optional<ProcessHandle> handle() {
    return ProcessHandle.of(pid)
        .filter(this::startedThen)
        .filter(handle -> !isZombie())
        // Last, because one that is reaped meanwhile has neither a start nor a state.
        .filter(ProcessHandle::isAlive);
  }

  private boolean startedThen(ProcessHandle handle) {
    return Optional.ofNullable(kernelStart)
        .flatMap(recorded -> kernelStart(pid).map(recorded::equals))
        .orElseGet(() -> startedAtThatInstant(handle));
  }

  private boolean startedAtThatInstant(ProcessHandle handle) {
    return startOf(handle)
        .map(start -> Duration.between(start, startedAt).abs().compareTo(START_TOLERANCE) <= 0)
        .orElse(true);
  }

  /** A container without an init process keeps dead orphans as zombies, which Java calls alive. */
  private boolean isZombie() {
    return state().filter(state -> state == 'Z').isPresent();
  }

  /** The state letter of proc(5), where there is a /proc. */
  private Optional<Character> state() {
    return stat(pid).map(fields -> fields.charAt(0));
  }

  /** Field 22 of proc(5), where there is a /proc. */
  private static Optional<String> kernelStart(long pid) {
    return read(BOOT)
        .flatMap(boot ->
            stat(pid)
                .map(fields -> boot.strip() + " " + List.of(fields.split(" ")).get(START_TICKS)));
  }

  /** The fields of proc(5) from the third, the state, on: the second may hold anything. */
  private static Optional<String> stat(long pid) {
    return read(Path.of("/proc/" + pid + "/stat"))
        .map(stat -> stat.substring(stat.lastIndexOf(')') + 2));
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException notLinuxOrGone) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> startOf(ProcessHandle handle) {
    return handle.info().startInstant();
  }
}
