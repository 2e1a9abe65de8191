package onceward.relay.source;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which transactions a session sees that begins to read at a certain moment. Immutable.
 *
 * @param oldest every transaction before it has ended
 * @param next no transaction from it on has ended
 * @param running those in between that have not ended
 */
public record Snapshot(long oldest, long next, Set<Long> running) {

  private static final long BITS_32 = 0xFFFF_FFFFL;

  public Snapshot {
    running = Set.copyOf(running);
  }

  /** As PostgreSQL prints one: {@code 10:20:10,14}, the last part empty where nothing runs. */
  static Snapshot parse(String text) {
    var parts = text.split(":", -1);
    var running =
        Arrays.stream(parts[2].split(","))
            .filter(id -> !id.isEmpty())
            .map(Long::valueOf)
            .collect(Collectors.toSet());
    return new Snapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), running);
  }

  /** Whether the changes of all these committed transactions are seen. */
  public boolean seesAll(List<Long> transactions) {
    for (var transaction : transactions) {
      if (!sees(transaction)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether the changes of a committed transaction are seen.
   *
   * @param transaction as the log has it: the last 32 bits of its id. Within 2^31 ids of this
   *     snapshot, as every transaction is that a slot has just sent
   */
  public boolean sees(long transaction) {
    var id = (next & ~BITS_32) | transaction;
    if (id - next >= 1L << 31) {
      id -= 1L << 32;
    } else if (next - id > 1L << 31) {
      id += 1L << 32;
    }
    return id < oldest || (id < next && !running.contains(id));
  }
}
