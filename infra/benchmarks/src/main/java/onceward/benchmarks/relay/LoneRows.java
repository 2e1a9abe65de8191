package onceward.benchmarks.relay;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;

/**
 * Rows that come alone: each is appended once the one before has come, after a pause. No pause is
 * like another, or a relay that looks at intervals would be met at the same moment each time.
 *
 * @param pause the shortest; the longest is twice as long
 */
record LoneRows(int count, Duration pause) {

  private static final int SEED = 1;

  /**
   * Appends them.
   *
   * @param first the number of the first
   * @return when the commit of each had returned, in {@link System#nanoTime()}; of fewer, if one
   *     did not come
   */
  long[] append(
      OutboxDatabase database, Rows rows, int first, Payloads payloads, Arrivals arrivals) {
    var random = new Random(SEED);
    var committed = new long[count];
    try (var connection = database.connect();
        var insert = connection.prepareStatement(Writers.INSERT)) {
      insert.setString(1, rows.aggregateType());
      for (var lone = 0; lone < count; lone++) {
        var row = first + lone;
        insert.setString(2, rows.key(row));
        insert.setLong(3, rows.version(row));
        insert.setString(4, payloads.of(row));
        Pause.of(pause.plusNanos(random.nextLong(pause.toNanos())));
        insert.executeUpdate();
        connection.commit();
        committed[lone] = System.nanoTime();
        if (!arrivals.await(row + 1)) {
          break;
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("could not append rows one by one", e);
    }
    return committed;
  }
}
