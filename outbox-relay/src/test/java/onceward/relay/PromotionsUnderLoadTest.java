package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import onceward.relay.capture.CaptureMethod;
import onceward.relay.killed.Audit;
import onceward.relay.pipeline.Phase;
import onceward.relay.pipeline.Transition;
import onceward.relay.publish.Delivery;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The primary is killed and its standby promoted, again and again, while a service writes: nobody
 * need do anything, and the relay loses, invents and reorders nothing.
 */
// Before 17 no slot follows to a standby.
@DisabledIfSystemProperty(named = "onceward.postgres", matches = "15|16")
class PromotionsUnderLoadTest extends PromotedStandby {

  private static final Duration PROMISED = Duration.ofSeconds(30);
  private static final int PROMOTIONS = Integer.getInteger("relay.promotions", 2);
  private static final int KEYS = 5;
  private static final int EVERY_MS = 20;

  /** Method: a service writes all the time; after each promotion a new standby follows. */
  @ParameterizedTest
  @CsvSource({"AT_LEAST_ONCE,PGOUTPUT", "EXACTLY_ONCE,ENGINE"})
  void promotions_under_load_need_nobody(Delivery delivery, CaptureMethod capture)
      throws Exception {
    var took = new ArrayList<Duration>();
    try (var pipeline = start(delivery, capture)) {
      pipeline.awaitStreaming();
      for (var promotion = 1; promotion <= PROMOTIONS; promotion++) {
        followByStandby();
        awaitPosition(promotion);
        try (var _ = new Load()) {
          awaitMore(20);
          took.add(failOver());
        }
      }
      // All that the service has appended comes before.
      publishTo("end", 1);
      assertThat(pipeline.pipeline().history())
          .extracting(Transition::to)
          .doesNotContain(Phase.STOPPED);
    }
    System.out.printf("from kill to publishing again, %s: %s%n", delivery, sortedMillis(took));
    var audit = Audit.of(database, topic.aggregateType());
    audit.assertFine();
    if (delivery == Delivery.EXACTLY_ONCE) {
      assertThat(audit.duplicates()).isZero();
    }
  }

  private void awaitMore(int messages) {
    topic.atLeast(topic.readOn().size() + messages);
  }

  /** Returns how long it took from the kill to a message that the new primary has taken. */
  private Duration failOver() throws Exception {
    var killed = System.nanoTime();
    killAndPromote();
    var key = "timeline-" + database.ask("select pg_walfile_name(pg_current_wal_insert_lsn())");
    database.append(topic.aggregateType(), key, 1);
    var promoted = System.nanoTime();
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> topic.arrivals().contains(key + "1"));
    var now = System.nanoTime();
    assertThat(Duration.ofNanos(now - promoted)).as("published again").isLessThan(PROMISED);
    return Duration.ofNanos(now - killed);
  }

  private static List<Long> sortedMillis(List<Duration> durations) {
    return durations.stream().map(Duration::toMillis).sorted().toList();
  }

  /**
   * A service that appends all the time, to some keys. When its server dies it asks the new one for
   * what is committed, as any service does, and goes on behind.
   */
  private final class Load implements AutoCloseable {

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final long[] last = new long[KEYS];
    private final Future<?> running;
    private @Nullable Connection connection;

    Load() {
      running = clock.scheduleWithFixedDelay(this::append, 0, EVERY_MS, TimeUnit.MILLISECONDS);
    }

    private void append() {
      try {
        var open = connected();
        for (var key = 0; key < KEYS; key++) {
          OutboxDatabase.append(open, topic.aggregateType(), name(key), ++last[key]);
        }
        open.commit();
      } catch (SQLException | IllegalStateException dead) {
        disconnect();
      }
    }

    private Connection connected() throws SQLException {
      var open = connection;
      if (open == null) {
        open = database.begin();
        connection = open;
        for (var key = 0; key < KEYS; key++) {
          last[key] = lastCommitted(name(key));
        }
      }
      return open;
    }

    private void disconnect() {
      try (var _ = connection) {
        connection = null;
      } catch (SQLException gone) {
        // With its server.
      }
    }

    private long lastCommitted(String key) {
      return Long.parseLong(
          database.ask(
              "select coalesce(max(aggregateversion), 0) from outbox where aggregatetype = '%s' and aggregateid = '%s'"
                  .formatted(topic.aggregateType(), key)));
    }

    private String name(int key) {
      return "load-" + key;
    }

    @Override
    public void close() {
      if (running.state() == Future.State.FAILED) {
        throw new IllegalStateException("the service has failed", running.exceptionNow());
      }
      clock.close();
      disconnect();
    }
  }
}
