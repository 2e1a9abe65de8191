package onceward.messaging.polling;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import onceward.messaging.delivery.Partitions;
import onceward.messaging.offsets.Remembered;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Method: Kafka's own stand-in for a consumer, so that a commit fails when the test says so. */
class MessageConsumerTest {

  private static final TopicPartition STAYS = new TopicPartition("thing.events", 0);
  private static final TopicPartition GOES = new TopicPartition("thing.events", 1);

  private final Refusing kafka = new Refusing();
  private final FakeBrokers brokers = new FakeBrokers();
  private final FakeMemory memory = new FakeMemory();
  private final List<Map<TopicPartition, Long>> committedMeanwhile = new CopyOnWriteArrayList<>();
  private Runnable batch = () -> committedMeanwhile.add(kafka.offsets());
  private final Partitions partitions = new Partitions(() -> batch.run());
  private final MovableClock clock = new MovableClock();
  private final MessageConsumer consumer = consumer("test");

  /** Or a message would be lost, whose transaction rolls back when the process dies. */
  @Test
  void while_a_transaction_is_open_the_offsets_of_its_messages_are_not_committed() {
    join();
    consumer.step();

    assertThat(committedMeanwhile).hasSize(2).allMatch(Map::isEmpty);
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 1L, GOES, 1L));
  }

  /** Or a partition on which nothing more comes would for ever seem to lag. */
  @Test
  void offsets_that_a_rebalance_kept_from_being_committed_are_committed_with_the_next_step() {
    join();
    kafka.refuses = true;
    consumer.step();
    assertThat(kafka.offsets()).isEmpty();

    kafka.refuses = false;
    consumer.step();
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 1L, GOES, 1L));
  }

  /** It would set back the offset of whoever has the partition now. */
  @Test
  void the_offset_of_a_partition_that_has_gone_to_another_is_not_committed_later() {
    join();
    kafka.refuses = true;
    consumer.step();
    kafka.rebalance(List.of(STAYS));

    kafka.refuses = false;
    consumer.step();
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 1L));
  }

  /** Or the next poll would go on behind them: they would never be handled. */
  @Test
  void records_whose_delivery_ends_in_an_error_nobody_foresaw_are_delivered_again() {
    partitions.outOfMemory = true;
    join();
    consumer.step();
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 0L, GOES, 0L));
    assertThat(consumer.progress().trouble())
        .hasValueSatisfying(
            trouble -> assertThat(trouble).contains(STAYS + " is held back", "OutOfMemoryError"));

    partitions.outOfMemory = false;
    Stream.of(0, 1)
        .forEach(offset -> kafka.addRecord(Partitions.record(STAYS.partition(), offset)));
    consumer.step();
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 0L, GOES, 0L));

    clock.pass(Duration.ofMinutes(2));
    consumer.step();
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 2L, GOES, 0L));
    assertThat(kafka.position(GOES)).isZero();
  }

  /** A server's time is corrected by hand, or a virtual machine goes on from a snapshot. */
  @Test
  void a_wall_clock_that_is_set_back_keeps_no_partition_waiting() {
    partitions.outOfMemory = true;
    join();
    consumer.step();
    partitions.outOfMemory = false;
    Stream.of(STAYS, GOES)
        .forEach(partition -> kafka.addRecord(Partitions.record(partition.partition(), 0)));

    clock.setBack(Duration.ofHours(1));
    clock.pass(Duration.ofMinutes(2));
    consumer.step();
    consumer.step();
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 1L, GOES, 1L));
    assertThat(consumer.progress().trouble()).isEmpty();
  }

  @Test
  void a_wall_clock_that_is_set_back_does_not_keep_the_consumer_from_asking_where_to_go_on() {
    brokers.away = true;
    join();
    consumer.step();

    brokers.away = false;
    clock.setBack(Duration.ofHours(1));
    clock.pass(Duration.ofMinutes(2));
    consumer.step();
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 1L, GOES, 1L));
  }

  @Test
  void a_wall_clock_that_is_set_back_does_not_keep_the_consumer_from_looking_at_its_partitions() {
    join();
    consumer.step();
    var asked = brokers.askedForTransactions.get();

    clock.setBack(Duration.ofHours(1));
    clock.pass(Duration.ofSeconds(11));
    consumer.step();
    await().atMost(20, SECONDS).until(() -> brokers.askedForTransactions.get() > asked);
  }

  @Test
  void a_wall_clock_that_is_set_back_does_not_hide_that_the_consumer_hangs() {
    join();
    consumer.step();

    clock.setBack(Duration.ofHours(1));
    clock.pass(Duration.ofSeconds(26));
    assertThat(consumer.progress().trouble()).contains("hangs: its last step was 26 s ago");
  }

  @Test
  void a_first_start_begins_with_the_first_record_there_is() {
    kafka.updateBeginningOffsets(Map.of(STAYS, 7L, GOES, 0L));
    brokers.log(0, 7, 7);
    brokers.log(1, 0, 0);
    start();

    consumer.step();
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 7L, GOES, 0L));
    assertThat(memory.partitions.keySet()).containsExactlyInAnyOrder(0, 1);
    assertThat(consumer.progress().trouble()).isEmpty();
  }

  /** Kafka forgets the offsets of a group that is away for long, and of a topic that is deleted. */
  @Test
  void a_consumer_that_has_begun_before_does_not_take_a_forgotten_offset_for_a_first_start() {
    memory.partitions.put(0, new Remembered(brokers.topicId, 3));
    memory.partitions.put(1, new Remembered(brokers.topicId, 0));
    kafka.updateBeginningOffsets(Map.of(STAYS, 7L, GOES, 0L));
    brokers.log(0, 7, 9);
    brokers.log(1, 0, 1);
    start();
    kafka.addRecord(Partitions.record(1, 0));

    consumer.step();
    assertThat(consumer.progress().trouble())
        .hasValueSatisfying(trouble ->
            assertThat(trouble)
                .contains("thing.events-0 is stopped: records 3 to 6 are gone")
                .contains("infra/onceward messaging accept test thing.events")
                .doesNotContain("thing.events-1"));
    assertThat(kafka.offsets()).isEqualTo(Map.of(GOES, 1L));
  }

  /** Nobody could have read them: the consumer was away from their first to their last day. */
  @Test
  void a_partition_that_was_added_and_has_lost_its_first_records_is_stopped() {
    memory.partitions.put(0, new Remembered(brokers.topicId, 0));
    kafka.updateBeginningOffsets(Map.of(STAYS, 0L, GOES, 5L));
    brokers.log(0, 0, 0);
    brokers.log(1, 5, 9);
    start();

    consumer.step();
    assertThat(consumer.progress().trouble())
        .hasValueSatisfying(trouble ->
            assertThat(trouble).contains("thing.events-1 is stopped: records 0 to 4 are gone"));
  }

  /** Retention overtakes a consumer that is slow, or a partition that is held back for days. */
  @Test
  void records_that_go_while_the_consumer_runs_stop_their_partition_until_that_is_accepted() {
    join();
    consumer.step();
    kafka.updateBeginningOffsets(Map.of(STAYS, 5L, GOES, 0L));
    brokers.log(0, 5, 8);
    kafka.addRecord(Partitions.record(0, 5));
    consumer.step();
    assertThat(consumer.progress().trouble())
        .hasValueSatisfying(trouble ->
            assertThat(trouble).contains("thing.events-0 is stopped: records 1 to 4 are gone"));
    assertThat(memory.stops.keySet()).containsExactly(0);

    kafka.addRecord(Partitions.record(1, 1));
    consumer.step();
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 1L, GOES, 2L));

    memory.accept("test", "thing.events");
    await()
        .atMost(20, SECONDS)
        .untilAsserted(() -> {
          clock.pass(Duration.ofSeconds(3));
          consumer.step();
          assertThat(consumer.progress().trouble()).isEmpty();
        });
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 6L, GOES, 2L));
  }

  /** The new topic may have as many records as the old one had: then no offset is out of range. */
  @Test
  void a_topic_that_is_replaced_under_the_consumer_stops_all_its_partitions() {
    join();
    consumer.step();
    brokers.topicId = new UUID(0, 2);
    brokers.log(0, 0, 10);
    brokers.log(1, 0, 10);

    await()
        .atMost(20, SECONDS)
        .untilAsserted(() -> {
          clock.pass(Duration.ofSeconds(11));
          consumer.step();
          assertThat(consumer.progress().trouble())
              .hasValueSatisfying(trouble ->
                  assertThat(trouble)
                      .contains("thing.events-0 is stopped: the topic was deleted and created anew")
                      .contains("stopped too (topic-replaced): thing.events-1"));
        });
  }

  /** Kafka gives the consumer nothing behind it, and tells it that it has no lag. */
  @Test
  void a_transaction_of_others_that_does_not_end_is_told() {
    join();
    consumer.step();
    brokers.openTransactions.put(0, 1L);

    await()
        .atMost(20, SECONDS)
        .untilAsserted(() -> {
          clock.pass(Duration.ofSeconds(11));
          consumer.step();
          assertThat(consumer.progress().trouble())
              .hasValueSatisfying(trouble ->
                  assertThat(trouble)
                      .contains("thing.events-0 is given no records", "began at offset 1 has")
                      .doesNotContain("thing.events-1"));
        });

    brokers.openTransactions.clear();
    await()
        .atMost(20, SECONDS)
        .untilAsserted(() -> {
          clock.pass(Duration.ofSeconds(11));
          consumer.step();
          assertThat(consumer.progress().trouble()).isEmpty();
        });
  }

  /** Those of a relay in exactly-once mode follow each other: there is nearly always one. */
  @Test
  void transactions_that_end_are_no_trouble() {
    join();
    consumer.step();
    for (var begin = 1L; begin < 5; begin++) {
      brokers.openTransactions.put(0, begin);
      var asked = brokers.askedForTransactions.get();
      clock.pass(Duration.ofSeconds(11));
      await()
          .atMost(20, SECONDS)
          .until(() -> {
            consumer.step();
            return brokers.askedForTransactions.get() > asked;
          });
      assertThat(consumer.progress().trouble()).isEmpty();
    }
  }

  @Test
  void nothing_is_read_while_nobody_can_tell_where_to_go_on() {
    brokers.away = true;
    join();
    consumer.step();
    assertThat(committedMeanwhile).isEmpty();
    assertThat(consumer.progress().trouble())
        .hasValueSatisfying(trouble ->
            assertThat(trouble)
                .contains(
                    "thing.events-0 is not read, not known where to go on: TimeoutException"));

    brokers.away = false;
    clock.pass(Duration.ofMinutes(2));
    consumer.step();
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 1L, GOES, 1L));
  }

  /** Two services in one group would each get a part of the messages. */
  @Test
  void a_group_in_which_another_service_commits_is_refused_before_anything_is_handled() {
    kafka.committedBefore = Map.of(GOES, new OffsetAndMetadata(0, "service=other"));
    join();

    assertThatThrownBy(consumer::step)
        .isInstanceOf(ForeignGroupException.class)
        .hasMessageContaining("test.thing.events")
        .hasMessageContaining("other");
    assertThat(committedMeanwhile).isEmpty();
    assertThat(kafka.offsets()).isEmpty();
  }

  /** Both may have started at once, and neither found an offset of the other. */
  @Test
  void another_service_that_commits_in_the_group_is_noticed_later_too() {
    join();
    consumer.step();
    brokers.committed.put(GOES, new OffsetAndMetadata(1, "service=other"));

    clock.pass(Duration.ofSeconds(11));
    await()
        .atMost(20, SECONDS)
        .untilAsserted(
            () -> assertThatThrownBy(consumer::step).isInstanceOf(ForeignGroupException.class));
  }

  /** What the other committed says nothing of what this one has handled. */
  @Test
  void once_the_other_service_has_left_the_consumer_goes_by_its_own_memory() {
    memory.partitions.put(0, new Remembered(brokers.topicId, 0));
    memory.partitions.put(1, new Remembered(brokers.topicId, 0));
    kafka.committedBefore = Map.of(GOES, new OffsetAndMetadata(1, "service=other"));
    var takingOver = consumer(new GroupOwner("test", true));
    join(takingOver);
    takingOver.step();

    assertThat(committedMeanwhile).hasSize(2);
  }

  /** Retention has deleted all that the lost database had handled: the log looks untouched. */
  @Test
  void a_database_that_was_made_anew_is_noticed_also_if_kafka_has_nothing_left() {
    kafka.committedBefore = Map.of(STAYS, new OffsetAndMetadata(7, "noted=7;service=test"));
    kafka.updateBeginningOffsets(Map.of(STAYS, 7L, GOES, 0L));
    brokers.log(0, 7, 7);
    brokers.log(1, 0, 0);
    start();

    // As soon as the group has been joined: a step may take long.
    assertThat(consumer.progress().trouble())
        .hasValueSatisfying(trouble ->
            assertThat(trouble)
                .contains("thing.events-0 is stopped: the database was restored", "records 0 to 6")
                .doesNotContain("thing.events-1"));
  }

  /** Method: another member takes the partition and gets on, while this one asks Kafka. */
  @Test
  void a_member_that_is_overtaken_while_it_decides_raises_no_alarm() {
    memory.partitions.put(0, new Remembered(brokers.topicId, 0));
    memory.partitions.put(1, new Remembered(brokers.topicId, 0));
    kafka.beforeCommitted =
        () -> {
          memory.partitions.put(0, new Remembered(brokers.topicId, 1));
          kafka.committedBefore = Map.of(STAYS, new OffsetAndMetadata(1, "noted=1;service=test"));
        };
    join();
    consumer.step();

    assertThat(memory.stops).isEmpty();
    assertThat(consumer.progress().trouble()).isEmpty();
  }

  /** Nobody starts a service anew because a standby took over, or a backup was put in its place. */
  @Test
  void a_database_that_is_restored_under_the_consumer_stops_what_it_has_forgotten() {
    join();
    consumer.step();
    awaitNoted(STAYS, 1);
    awaitNoted(GOES, 1);
    memory.partitions.put(0, new Remembered(brokers.topicId, 0));
    kafka.addRecord(Partitions.record(0, 1));
    brokers.log(0, 0, 2);
    consumer.step();
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 2L, GOES, 1L));

    await()
        .atMost(20, SECONDS)
        .untilAsserted(() -> {
          clock.pass(Duration.ofSeconds(11));
          consumer.step();
          assertThat(consumer.progress().trouble())
              .hasValueSatisfying(trouble ->
                  assertThat(trouble)
                      .contains("thing.events-0 is stopped: the database", "records 0 to 1")
                      .doesNotContain("thing.events-1"));
        });
    assertThat(memory.partitions.get(0)).isEqualTo(new Remembered(brokers.topicId, 0));

    kafka.addRecord(Partitions.record(1, 1));
    consumer.step();
    assertThat(kafka.offsets()).isEqualTo(Map.of(STAYS, 2L, GOES, 2L));
  }

  /** A kill in between would raise the alarm once more, and an operator would have to accept it. */
  @Test
  void where_an_operator_lets_the_consumer_go_on_is_committed_before_anything_is_handled() {
    memory.partitions.put(0, new Remembered(brokers.topicId, 0));
    memory.partitions.put(1, new Remembered(brokers.topicId, 0));
    kafka.committedBefore = Map.of(STAYS, new OffsetAndMetadata(1, "noted=1;service=test"));
    join();
    consumer.step();
    assertThat(memory.stops.keySet()).containsExactly(0);
    committedMeanwhile.clear();

    memory.accept("test", "thing.events");
    kafka.addRecord(Partitions.record(0, 0));
    await()
        .atMost(20, SECONDS)
        .until(() -> {
          clock.pass(Duration.ofSeconds(3));
          consumer.step();
          return !committedMeanwhile.isEmpty();
        });
    assertThat(committedMeanwhile).containsExactly(Map.of(STAYS, 0L, GOES, 1L));
    assertThat(kafka.notes().get(STAYS)).startsWith("noted=0;");
  }

  /** Passes the time once: each further look would end in the background, later than this. */
  private void awaitNoted(TopicPartition partition, long offset) {
    if (!isNoted(partition, offset)) {
      clock.pass(Duration.ofSeconds(11));
      await()
          .atMost(20, SECONDS)
          .until(() -> {
            consumer.step();
            return isNoted(partition, offset);
          });
    }
  }

  private boolean isNoted(TopicPartition partition, long offset) {
    return String.valueOf(kafka.notes().get(partition)).startsWith("noted=" + offset + ";");
  }

  private MessageConsumer consumer(String service) {
    return consumer(new GroupOwner(service, false));
  }

  private MessageConsumer consumer(GroupOwner owner) {
    return new MessageConsumer(
        partitions.subscription(),
        partitions::partition,
        Partitions.MESSAGING,
        kafka,
        brokers,
        memory,
        owner,
        clock,
        clock::nanos);
  }

  private void join() {
    join(consumer);
  }

  private void join(MessageConsumer joining) {
    kafka.updateBeginningOffsets(Map.of(STAYS, 0L, GOES, 0L));
    brokers.log(0, 0, 1);
    brokers.log(1, 0, 1);
    joining.subscribe();
    kafka.rebalance(List.of(STAYS, GOES));
    Stream.of(STAYS, GOES)
        .forEach(partition -> kafka.addRecord(Partitions.record(partition.partition(), 0)));
  }

  private void start() {
    consumer.subscribe();
    kafka.rebalance(List.of(STAYS, GOES));
  }

  private static final class MovableClock extends Clock {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos = Long.MAX_VALUE - 1_000;

    /** As System.nanoTime: begins anywhere, may overflow, and is not set. */
    long nanos() {
      return nanos;
    }

    void pass(Duration time) {
      now = now.plus(time);
      nanos += time.toNanos();
    }

    /** As an operator does, or a time server: no time passes. */
    void setBack(Duration time) {
      now = now.minus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static final class Refusing extends MockConsumer<byte[], byte[]> {

    private boolean refuses;
    private Map<TopicPartition, OffsetAndMetadata> committedBefore = Map.of();
    private Runnable beforeCommitted = () -> {};

    Refusing() {
      super("none");
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
        Set<TopicPartition> asked, Duration timeout) {
      beforeCommitted.run();
      var committed = new HashMap<>(committedBefore);
      committed.putAll(super.committed(asked, timeout));
      return committed;
    }

    @Override
    public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
      if (refuses) {
        throw new CommitFailedException();
      }
      super.commitSync(offsets);
    }

    Map<TopicPartition, String> notes() {
      return super.committed(Set.of(STAYS, GOES)).entrySet().stream()
          .filter(entry -> entry.getValue() != null)
          .collect(toMap(Map.Entry::getKey, entry -> entry.getValue().metadata()));
    }

    Map<TopicPartition, Long> offsets() {
      return super.committed(Set.of(STAYS, GOES)).entrySet().stream()
          .filter(entry -> entry.getValue() != null)
          .collect(toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
    }
  }
}
