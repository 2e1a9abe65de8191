package onceward.localstack;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Starts again what has ended of a running stack: servers first, then the programs together. */
record StackHeal(StackHome home, Duration readyWithin, Consumer<String> progress) {

  List<String> run() {
    try (var _ = StackLock.acquire(home.lockFile())) {
      home.recordPostgres();
      return home.stackFile()
          .read()
          .filter(StackState::isMeantToRun)
          .map(this::heal)
          .orElse(List.of());
    }
  }

  private List<String> heal(StackState state) {
    List<String> ended = state.ended();
    if (!ended.isEmpty()) {
      startServers(ended, state.ports());
      startPrograms(ended);
    }
    return ended;
  }

  private void startServers(List<String> ended, StackPorts ports) {
    StackServers servers = new StackServers(home, ports, this::tellReadyAgain);
    Together together = new Together();
    if (ended.contains("postgres")) {
      together.start(servers::startPostgres);
    }
    if (ended.contains("kafka")) {
      together.start(servers::startKafka);
    }
    together.join();
  }

  /** Waits for the living too: they may have lost what they need for a while. */
  private void startPrograms(List<String> ended) {
    Together together = new Together();
    for (ProgramName name : ProgramName.values()) {
      Program program = new Program(name, home);
      boolean hadEnded = ended.contains(name.text());
      together.start(() -> awaitReady(program, hadEnded));
    }
    together.join();
  }

  private Program awaitReady(Program program, boolean hadEnded) {
    long start = System.nanoTime();
    program.start();
    program.awaitReady(readyWithin);
    if (hadEnded) {
      tellReadyAgain(program.name(), start);
    }
    return program;
  }

  private void tellReadyAgain(String name, long startNanos) {
    progress.accept(
        "%-13s had ended; ready again in %s".formatted(name, Elapsed.since(startNanos)));
  }
}
