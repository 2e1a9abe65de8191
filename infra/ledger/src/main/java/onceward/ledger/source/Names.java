package onceward.ledger.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Numbers for the names that are repeated in millions of entries: topics, types, consumers. Safe
 * for use by many threads.
 */
public final class Names {

  /** Names beyond this are not names, but something that is different in each message. */
  private static final int NAMES_MAX = 100_000;

  private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
  private final List<String> names = new ArrayList<>();

  /**
   * The number of the name, always the same.
   *
   * @throws LedgerException if there are far too many
   */
  public int number(String name) {
    var known = numbers.get(name);
    return known != null ? known : assign(name);
  }

  /** The name of that number. */
  public synchronized String name(int number) {
    return names.get(number);
  }

  private synchronized int assign(String name) {
    var known = numbers.get(name);
    if (known != null) {
      return known;
    }
    if (names.size() == NAMES_MAX) {
      throw new LedgerException(
          "There are more than %,d different types and topics, such as '%s': narrow what is read, with --since or --topic."
              .formatted(NAMES_MAX, name));
    }
    names.add(name);
    numbers.put(name, names.size() - 1);
    return names.size() - 1;
  }
}
