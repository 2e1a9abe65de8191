package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Much log, be it of one transaction or of other tables, neither stops the pipeline nor is kept.
 *
 * <p>Sizes: {@code relay.rows} of the transaction, {@code relay.open-seconds} for which it stays
 * open, {@code relay.other-mb} written to other tables.
 */
class LongTransactionTest {

  private static final int ROWS = Integer.getInteger("relay.rows", 20_000);
  private static final int ROWS_AT_A_TIME = 10_000;
  private static final Duration OPEN =
      Duration.ofSeconds(Integer.getInteger("relay.open-seconds", 2));
  private static final int OTHER_MB = Integer.getInteger("relay.other-mb", 96);
  private static final long RETAINED_MAX = 64L << 20;
  private static final Duration RETAINED_WITHIN = Duration.ofMinutes(2);
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private OutboxDatabase database;
  private TopicReader topic;

  @BeforeEach
  void start() {
    database = OutboxDatabase.create();
    topic = new TopicReader().createTopic();
  }

  @AfterEach
  void end() throws Exception {
    topic.close();
    database.close();
  }

  @Test
  void other_keys_flow_beside_a_transaction_that_is_long_and_large() throws Exception {
    try (var pipeline = LonePipeline.start(database.parts()).awaitStreaming();
        var large = database.begin()) {
      var since = pipeline.status().since();
      for (int row = 0; row < ROWS; row += ROWS_AT_A_TIME) {
        OutboxDatabase.copy(large, topic.aggregateType(), "large", row, ROWS_AT_A_TIME);
      }
      var version = flow(0, OPEN);

      large.commit();
      database.append(topic.aggregateType(), "small", version + 1);
      topic.skipInOrder("large", ROWS, LIMIT);
      flow(version + 1, Duration.ZERO);
      assertThat(pipeline.status().isStreaming()).isTrue();
      assertThat(pipeline.status().since()).isEqualTo(since);
    }
  }

  @Test
  void other_writes_are_not_kept_while_nothing_is_appended() throws Exception {
    try (var pipeline = LonePipeline.start(database.parts()).awaitStreaming()) {
      database.administer("create table other (content text)");
      for (int mb = 0; mb < OTHER_MB; mb++) {
        database.administer(
            "insert into other select repeat('x', 1000) from generate_series(1, 1000)");
      }
      await()
          .atMost(RETAINED_WITHIN)
          .until(() -> {
            // The server does so itself every 15 s.
            database.administer("select pg_log_standby_snapshot()");
            return database.retainedBytes() < RETAINED_MAX;
          });
      assertThat(pipeline.status().isStreaming()).isTrue();
    }
  }

  /** Appends one by one, each when the one before has arrived, for at least that long. */
  private long flow(long after, Duration atLeast) throws Exception {
    var version = after;
    var end = System.nanoTime() + atLeast.toNanos();
    do {
      version++;
      database.append(topic.aggregateType(), "small", version);
      topic.awaitNext("small", version);
    } while (System.nanoTime() < end);
    return version;
  }
}
