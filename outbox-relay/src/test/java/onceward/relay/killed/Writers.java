package onceward.relay.killed;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import onceward.relay.OutboxDatabase;

/**
 * Append all the time, each to keys of its own: several rows in a transaction, transactions that
 * overlap and commit in another order than they began, and some that roll back.
 */
final class Writers implements AutoCloseable {

  private static final int WRITERS = 3;
  private static final int KEYS = 8;

  /** Of a transaction. */
  static final int ROWS_MAX = 5;

  private static final int EVERY_MS = 60;
  private static final double ROLLED_BACK = 0.15;

  private final String aggregateType;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(WRITERS);
  private final List<Writer> writers = new ArrayList<>();
  private final List<Future<?>> running = new ArrayList<>();

  Writers(OutboxDatabase database, String aggregateType, long seed) throws SQLException {
    this.aggregateType = aggregateType;
    for (var number = 0; number < WRITERS; number++) {
      var random = new Random(seed + number);
      writers.add(new Writer(number, random, database.begin(), database.begin()));
    }
  }

  /** Go on until closed. */
  void start() {
    for (var writer : writers) {
      running.add(clock.scheduleAtFixedRate(writer::append, 0, EVERY_MS, MILLISECONDS));
    }
  }

  /** Returns when nobody appends any more. */
  @Override
  public void close() throws SQLException {
    for (var one : running) {
      if (one.state() == Future.State.FAILED) {
        throw new IllegalStateException("a writer has failed", one.exceptionNow());
      }
    }
    clock.close();
    for (var writer : writers) {
      writer.one.close();
      writer.other.close();
    }
  }

  private final class Writer {

    private final int number;
    private final Random random;
    private final Connection one;
    private final Connection other;
    private final long[] versions = new long[KEYS];

    Writer(int number, Random random, Connection one, Connection other) {
      this.number = number;
      this.random = random;
      this.one = one;
      this.other = other;
    }

    void append() {
      try {
        // Keys below the middle, and keys above it: a key is in one open transaction at a time.
        var low = rows(one, 0);
        var high = random.nextBoolean() ? rows(other, KEYS / 2) : List.<Integer>of();
        end(other, high);
        end(one, low);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Returns the keys that it has appended to. */
    private List<Integer> rows(Connection connection, int firstKey) throws SQLException {
      var keys = new ArrayList<Integer>();
      var rows = 1 + random.nextInt(ROWS_MAX);
      for (var row = 0; row < rows; row++) {
        var key = firstKey + random.nextInt(KEYS / 2);
        keys.add(key);
        append(connection, key);
      }
      if (random.nextDouble() < ROLLED_BACK) {
        var savepoint = connection.setSavepoint();
        append(connection, firstKey);
        versions[firstKey]--;
        connection.rollback(savepoint);
      }
      return keys;
    }

    private void append(Connection connection, int key) throws SQLException {
      var name = "key-%d-%d".formatted(number, key);
      OutboxDatabase.append(connection, aggregateType, name, ++versions[key]);
    }

    private void end(Connection connection, List<Integer> keys) throws SQLException {
      if (random.nextDouble() < ROLLED_BACK) {
        connection.rollback();
        keys.forEach(key -> versions[key]--);
      } else {
        connection.commit();
      }
    }
  }
}
