package onceward.benchmarks.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Appends rows by a schedule, one or more in a transaction, which waits until its last row is due.
 * A writer that is held up appends what became due meanwhile as soon as it can, and nothing is left
 * out. Each key belongs to one writer, so that its versions commit in order.
 */
final class Writers implements AutoCloseable {

  static final String INSERT =
      """
      insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload)
      values (?, ?, ?, 'BenchHappened', ?)
      """;
  private static final long HEAD_START_NANOS = 200_000_000;

  private final Rows rows;
  private final Schedule schedule;
  private final int rowsPerTransaction;
  private final Payloads payloads;
  private final long[] committed;
  private final long start = System.nanoTime() + HEAD_START_NANOS;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> writing = new ArrayList<>();

  private Writers(Rows rows, Schedule schedule, int rowsPerTransaction, Payloads payloads) {
    this.rows = rows;
    this.schedule = schedule;
    this.rowsPerTransaction = rowsPerTransaction;
    this.payloads = payloads;
    this.committed = new long[schedule.rows()];
  }

  /** Starts so many, with a connection each. */
  static Writers start(
      OutboxDatabase database,
      int count,
      Rows rows,
      Schedule schedule,
      int rowsPerTransaction,
      Payloads payloads) {
    var connections = connections(database, count);
    var writers = new Writers(rows, schedule, rowsPerTransaction, payloads);
    for (var writer = 0; writer < count; writer++) {
      var number = writer;
      writers.writing.add(
          writers.threads.submit(() -> {
            writers.write(connections.get(number), number, count);
            return null;
          }));
    }
    return writers;
  }

  /** When the row was due, in {@link System#nanoTime()}. */
  long due(int row) {
    return start + schedule.dueNanos(row);
  }

  /** When its commit had returned, once all have ended. */
  long committed(int row) {
    return committed[row];
  }

  /** Waits until all rows are committed. */
  void await() {
    try {
      for (var writer : writing) {
        writer.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a writer could not append", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while appending", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }

  private void write(Connection connection, int writer, int of) throws SQLException {
    try (connection;
        var insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, rows.aggregateType());
      var transaction = new ArrayList<Integer>(rowsPerTransaction);
      for (var row = 0; row < committed.length; row++) {
        if (rows.keyNumber(row) % of == writer) {
          insert.setString(2, rows.key(row));
          insert.setLong(3, rows.version(row));
          insert.setString(4, payloads.of(row));
          insert.addBatch();
          transaction.add(row);
          if (transaction.size() == rowsPerTransaction) {
            commit(connection, insert, transaction);
          }
        }
      }
      if (!transaction.isEmpty()) {
        commit(connection, insert, transaction);
      }
    }
  }

  private void commit(Connection connection, PreparedStatement insert, List<Integer> transaction)
      throws SQLException {
    Pause.until(due(transaction.getLast()));
    insert.executeBatch();
    connection.commit();
    var now = System.nanoTime();
    transaction.forEach(row -> committed[row] = now);
    transaction.clear();
  }

  private static List<Connection> connections(OutboxDatabase database, int count) {
    var connections = new ArrayList<Connection>();
    try {
      for (var writer = 0; writer < count; writer++) {
        connections.add(database.connect());
      }
    } catch (SQLException e) {
      throw new IllegalStateException("no connection to append with", e);
    }
    return connections;
  }
}
