package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import onceward.relay.pipeline.PipelineParts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Much log, be it of one transaction or of other tables, neither stops the pipeline nor is kept.
 *
 * <p>Sizes: {@code relay.rows} of the transaction, {@code relay.open-seconds} for which it stays
 * open, {@code relay.other-mb} written to other tables. With {@code relay.natural} nobody hurries
 * the server to tell in its log of what runs, without which the slot keeps all; it does so itself
 * every 15 s.
 */
class LongTransactionTest {

  private static final int ROWS = Integer.getInteger("relay.rows", 20_000);
  private static final int ROWS_AT_A_TIME = 10_000;
  private static final Duration OPEN =
      Duration.ofSeconds(Integer.getInteger("relay.open-seconds", 2));
  private static final int OTHER_MB = Integer.getInteger("relay.other-mb", 96);
  private static final boolean NATURAL = Boolean.getBoolean("relay.natural");
  private static final Duration CANARY_INTERVAL =
      NATURAL ? Duration.ofSeconds(5) : Duration.ofMillis(200);
  private static final long RETAINED_MAX = 64L << 20;
  private static final Duration RETAINED_WITHIN = Duration.ofMinutes(2);
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final List<Duration> arrivals = new ArrayList<>();
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
      System.out.printf(
          "%d messages beside a transaction of %d rows, append to consumer, ms: %s%n",
          arrivals.size(), ROWS, percentiles());
      assertThat(pipeline.status().isStreaming()).isTrue();
      assertThat(pipeline.status().since()).isEqualTo(since);
    }
  }

  @Test
  void other_writes_are_not_kept_while_nothing_is_appended() throws Exception {
    try (var pipeline = LonePipeline.start(beating(CANARY_INTERVAL)).awaitStreaming()) {
      database.administer("create table other (content text)");
      for (int mb = 0; mb < OTHER_MB; mb++) {
        database.administer(
            "insert into other select repeat('x', 1000) from generate_series(1, 1000)");
      }
      var written = System.nanoTime();
      var retained = database.retainedBytes();
      await()
          .atMost(RETAINED_WITHIN)
          .until(() -> {
            if (!NATURAL) {
              // Writes down which transactions run, as the server does now and then.
              database.administer("checkpoint");
            }
            return database.retainedBytes() < RETAINED_MAX;
          });
      System.out.printf(
          "%d MB of other writes: %d MB retained at their end, %d MB %d ms later%n",
          OTHER_MB,
          retained >> 20,
          database.retainedBytes() >> 20,
          Duration.ofNanos(System.nanoTime() - written).toMillis());
      assertThat(pipeline.status().isStreaming()).isTrue();
    }
  }

  private PipelineParts beating(Duration interval) {
    return new FaultyParts(database.parts()) {
      @Override
      public Duration canaryInterval() {
        return interval;
      }
    };
  }

  /** Appends one by one, each when the one before has arrived, for at least that long. */
  private long flow(long after, Duration atLeast) throws Exception {
    var version = after;
    var end = System.nanoTime() + atLeast.toNanos();
    do {
      version++;
      var appended = System.nanoTime();
      database.append(topic.aggregateType(), "small", version);
      topic.awaitNext("small", version);
      arrivals.add(Duration.ofNanos(System.nanoTime() - appended));
    } while (System.nanoTime() < end);
    return version;
  }

  /** Half, 99 of 100, and all arrived within so many milliseconds. */
  private List<Long> percentiles() {
    var sorted = arrivals.stream().map(Duration::toMillis).sorted().toList();
    return List.of(
        sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100), sorted.getLast());
  }
}
