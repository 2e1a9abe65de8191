package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.stream.IntStream;
import onceward.relay.DyingParts.Point;
import onceward.relay.operations.PipelineMetrics;
import onceward.relay.pipeline.Pipeline;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.publish.Delivery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Wherever a generation dies, what is committed in Kafka is every message once and in order.
 *
 * <p>Method: generations die at given points, until one lives; then one more message is appended,
 * behind which nothing old can come.
 */
class ExactlyOnceTest extends OutboxAndTopic {

  private static final int ROUNDS = Integer.getInteger("relay.rounds", 3);

  @ParameterizedTest
  @EnumSource
  void nothing_is_lost_or_repeated_when_generations_die(Point point) throws Exception {
    append(1, 1);
    append(2, 5);
    append(6, 9);
    append(10, 10);

    relayThroughDeaths(point, 512, 10, 1, 5, 9);
  }

  @Test
  void nothing_of_a_copy_is_lost_or_repeated() throws Exception {
    database.copy(topic.aggregateType(), "a", 100);

    relayThroughDeaths(Point.PUBLISHED, 1, 100, 50);
  }

  @Test
  void nothing_of_one_statement_is_lost_or_repeated() throws Exception {
    database.appendAtOnce(topic.aggregateType(), "a", 100);

    relayThroughDeaths(Point.SENT, 512, 100, 1, 50, 99);
  }

  /** Method: without the trigger COPY writes many rows into one record of the log. */
  @Test
  void nothing_is_lost_or_repeated_that_shares_a_place_in_the_log() throws Exception {
    database.copyIntoFewLogRecords(topic.aggregateType(), "a", 100);

    relayThroughDeaths(Point.PUBLISHED, 1, 100, 1, 50, 99);
  }

  /** Method: a transaction that began before, and goes on after, another one's commit. */
  @Test
  void a_transaction_that_was_open_across_a_restart_arrives_whole() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      var first = round * 11 + 1;
      try (var open = database.begin()) {
        OutboxDatabase.appendAll(open, topic.aggregateType(), first + 1, first + 5);
        try (var relay = relay(database.parts(Delivery.EXACTLY_ONCE, 512))) {
          relay.start();
          append(first, first);
          committed.atLeast(first);
          OutboxDatabase.appendAll(open, topic.aggregateType(), first + 6, first + 10);
        }
        open.commit();
      }
    }
    try (var relay = relay(database.parts(Delivery.EXACTLY_ONCE, 3))) {
      relay.start();
      assertArrivedOnce(ROUNDS * 11);
    }
  }

  /** Method: the seventh lies in the log just where the commit of the first ended. */
  @Test
  void nothing_of_transactions_that_overlap_is_lost_or_repeated() throws Exception {
    try (var open = database.begin()) {
      OutboxDatabase.appendAll(open, topic.aggregateType(), 2, 6);
      append(1, 1);
      OutboxDatabase.appendAll(open, topic.aggregateType(), 7, 11);
      open.commit();
    }

    relayThroughDeaths(Point.PUBLISHED, 1, 11, 6, 7);
  }

  @Test
  void the_mode_may_be_changed_between_two_starts() throws Exception {
    var modes =
        List.of(
            Delivery.AT_LEAST_ONCE,
            Delivery.EXACTLY_ONCE,
            Delivery.EXACTLY_ONCE,
            Delivery.AT_LEAST_ONCE,
            Delivery.EXACTLY_ONCE);
    var version = 0;
    for (var mode : modes) {
      version++;
      try (var relay = relay(database.parts(mode, 512))) {
        relay.start();
        append(version, version);
        var last = Integer.toString(version);
        await().atMost(LIMIT).until(() -> committed.readOn().contains(last));
        await().atMost(LIMIT).until(() -> relay.status().isStreaming());
      }
    }
    assertThat(committed.versions().stream().distinct().toList()).isEqualTo(oneTo(5));
    // The fourth start is at least once, and where the slot stands, the third message may be next.
    assertThat(committed.versions()).filteredOn(one -> !"3".equals(one)).doesNotHaveDuplicates();
  }

  /**
   * @param deaths after how many messages, of all that the test sends, a generation dies each
   */
  private void relayThroughDeaths(Point point, int batchMax, int appended, int... deaths)
      throws Exception {
    var parts =
        new DyingParts(
            database.parts(Delivery.EXACTLY_ONCE, batchMax), point, topic::atLeast, deaths);
    try (var relay = relay(parts)) {
      relay.start();
      await().atMost(LIMIT).until(parts::haveDied);
      assertArrivedOnce(appended);
    }
  }

  private void assertArrivedOnce(int appended) throws Exception {
    committed.atLeast(appended);
    append(appended + 1, appended + 1);
    committed.atLeast(appended + 1);
    assertThat(committed.versions()).isEqualTo(oneTo(appended + 1));
  }

  private void append(int first, int last) throws Exception {
    try (var connection = database.begin()) {
      OutboxDatabase.appendAll(connection, topic.aggregateType(), first, last);
      connection.commit();
    }
  }

  private static Pipeline relay(PipelineParts parts) {
    return new Pipeline("shop", parts, new PipelineMetrics(new SimpleMeterRegistry(), "shop"));
  }

  private static List<String> oneTo(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
  }
}
