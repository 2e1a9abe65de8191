package onceward.messaging.subscription;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
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
  private final List<Map<TopicPartition, Long>> committedMeanwhile = new CopyOnWriteArrayList<>();
  private final Partitions partitions =
      new Partitions(() -> committedMeanwhile.add(kafka.offsets()));
  private final MessageConsumer consumer =
      new MessageConsumer(
          partitions.subscription(),
          partitions::partition,
          Partitions.MESSAGING,
          kafka,
          Clock.systemUTC());

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

  private void join() {
    consumer.subscribe();
    kafka.updateBeginningOffsets(Map.of(STAYS, 0L, GOES, 0L));
    kafka.rebalance(List.of(STAYS, GOES));
    Stream.of(STAYS, GOES)
        .forEach(partition -> kafka.addRecord(Partitions.record(partition.partition(), 0)));
  }

  private static final class Refusing extends MockConsumer<byte[], byte[]> {

    private boolean refuses;

    Refusing() {
      super("earliest");
    }

    @Override
    public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
      if (refuses) {
        throw new CommitFailedException();
      }
      super.commitSync(offsets);
    }

    Map<TopicPartition, Long> offsets() {
      return committed(Set.of(STAYS, GOES)).entrySet().stream()
          .filter(entry -> entry.getValue() != null)
          .collect(toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
    }
  }
}
