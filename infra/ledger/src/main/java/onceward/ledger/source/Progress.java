package onceward.ledger.source;

/** Is told how far long work is. Called by one thread at a time, some times a second. */
@FunctionalInterface
public interface Progress {

  /** Does nothing. */
  Progress NONE = (_, _, _) -> {};

  /**
   * So many of so many are done.
   *
   * @param work what is being done, in a few words; another one begins at zero
   * @param total an estimate; never below {@code done}
   */
  void report(String work, long done, long total);
}
