package onceward.relay.killed;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import onceward.relay.OutboxDatabase;

/** Appends to some aggregates all the time, and tries again what a fenced outbox refuses. */
final class PatientWriter implements AutoCloseable {

  private static final int KEYS = 8;
  private static final int EVERY_MS = 5;
  private static final String REFUSED_FOR_NOW = "25006";

  private final OutboxDatabase database;
  private final String aggregateType;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Future<?> running;
  private long appended;
  private final AtomicLong refused = new AtomicLong();

  PatientWriter(OutboxDatabase database, String aggregateType) {
    this.database = database;
    this.aggregateType = aggregateType;
    running = clock.scheduleWithFixedDelay(this::append, 0, EVERY_MS, MILLISECONDS);
  }

  private void append() {
    try {
      database.append(aggregateType, "patient-" + appended % KEYS, 1 + appended / KEYS);
      appended++;
    } catch (SQLException refusal) {
      if (!REFUSED_FOR_NOW.equals(refusal.getSQLState())) {
        throw new IllegalStateException(refusal);
      }
      refused.incrementAndGet();
    }
  }

  /** How often the outbox has refused a row so far. */
  long refused() {
    return refused.get();
  }

  /** Returns when nobody appends any more. */
  @Override
  public void close() {
    clock.close();
    if (running.state() == Future.State.FAILED) {
      throw new IllegalStateException("the writer has failed", running.exceptionNow());
    }
  }
}
