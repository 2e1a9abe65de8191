package onceward.relay.source;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which transactions everybody sees who begins to read now. Immutable.
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

  /**
   * Whether the changes of a committed transaction are seen.
   *
   * @param transaction as the log has it: the last 32 bits of its id. A slot keeps the server from
   *     giving away ids that are 2^31 ahead
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
