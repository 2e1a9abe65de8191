package onceward.benchmarks.relay;

import java.nio.file.Path;
import onceward.benchmarks.peer.Floor;

/** {@link Floor} as a process. */
record FloorRelay(String name, int heapMb) implements Relay {

  @Override
  public RelayProcess start(OutboxDatabase database, Path directory) {
    return PeerProgram.start(
        Floor.class, heapMb, database.access(), directory, database::isSlotActive);
  }
}
