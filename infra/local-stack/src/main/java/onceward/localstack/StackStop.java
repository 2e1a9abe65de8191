package onceward.localstack;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import onceward.localstack.StackState.Named;
import onceward.localstack.process.Signal;

/**
 * Ends the processes of a stack: gateway first, servers last, so that none loses a server it needs.
 */
final class StackStop {

  static final List<ProgramName> PROGRAMS =
      List.of(
          ProgramName.GATEWAY,
          ProgramName.AUTH_SERVICE,
          ProgramName.USER_SERVICE,
          ProgramName.OUTBOX_RELAY);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private StackStop() {}

  /** Returns when all processes have ended, and deletes the record. */
  static void stop(StackHome home, Consumer<String> progress) {
    StackFile file = home.stackFile();
    mark(file);
    file.read().map(home::withPostgres).ifPresent(state -> end(state, progress));
    file.delete();
  }

  /** A full disk keeps no process from ending: the mark only tells others what goes on. */
  private static void mark(StackFile file) {
    try {
      file.update(StackState::withStopping);
    } catch (UncheckedIOException diskFull) {
      // Whether the record can be read shows next.
    }
  }

  /** Returns when all processes have ended. */
  static void end(StackState state, Consumer<String> progress) {
    state.alive().forEach(named -> stop(named, progress));
  }

  private static void stop(Named named, Consumer<String> progress) {
    long start = System.nanoTime();
    // A suspended process would not see the signal to end.
    named.process().send(Signal.CONT);
    named.process().end(PATIENCE, signals(named.name()));
    progress.accept("%-13s stopped in %s".formatted(named.name(), Elapsed.since(start)));
  }

  /** At SIGTERM, PostgreSQL waits for its clients; at SIGINT it disconnects them. */
  private static Signal[] signals(String name) {
    return name.equals("postgres")
        ? new Signal[] {Signal.INT, Signal.QUIT, Signal.KILL}
        : new Signal[] {Signal.TERM, Signal.KILL};
  }
}
