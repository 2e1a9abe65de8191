package onceward.relay.source;

/**
 * Tells, as often as it is asked, what every session of a database sees. To be closed. Safe for use
 * by many threads.
 */
public interface Snapshots extends AutoCloseable {

  /**
   * What every session sees that begins to read now.
   *
   * @throws DatabaseException if the database does not answer, if another server answers than the
   *     one that was judged, or if this is closed
   */
  Snapshot now();

  /**
   * The server's process that holds the pipeline's slot; 0 if none does.
   *
   * @throws DatabaseException as for {@link #now}
   */
  int slotHolder();

  @Override
  void close();
}
