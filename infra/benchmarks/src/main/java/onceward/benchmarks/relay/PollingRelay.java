package onceward.benchmarks.relay;

import java.nio.file.Path;
import onceward.benchmarks.peer.Polling;

/** {@link Polling} as a process. */
record PollingRelay(String name, int heapMb) implements Relay {

  @Override
  public void prepare(OutboxDatabase database) {
    Polling.PREPARATION.forEach(database::administer);
  }

  @Override
  public RelayProcess start(OutboxDatabase database, Path directory) {
    return PeerProgram.start(
        Polling.class,
        heapMb,
        database.access(),
        directory,
        () -> database.isConnected(Polling.APPLICATION));
  }
}
