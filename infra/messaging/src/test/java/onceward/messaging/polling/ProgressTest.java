package onceward.messaging.polling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import onceward.messaging.offsets.Loss;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What whoever asks is told of partitions that stand still. */
class ProgressTest {

  private final Progress progress =
      new Progress(Duration.ofMinutes(1), "Accept.", System::nanoTime);
  private final Map<TopicPartition, PartitionReport> reports = new HashMap<>();

  @BeforeEach
  void join() {
    progress.joined(Optional.empty());
  }

  @Test
  void records_flow() {
    partition(0, null);

    assertThat(trouble()).isEmpty();
  }

  @Test
  void of_partitions_that_stopped_for_one_cause_only_the_first_says_all() {
    partition(0, new Loss(Loss.Cause.TOPIC_REPLACED, 132, null));
    partition(1, null);
    partition(2, new Loss(Loss.Cause.TOPIC_REPLACED, 117, null));
    partition(3, new Loss(Loss.Cause.RECORDS_DELETED, 5, 9L));
    partition(4, new Loss(Loss.Cause.TOPIC_REPLACED, 119, null));

    assertThat(trouble())
        .contains(
            "t-0 is stopped: the topic was deleted and created anew: the records of the old topic from offset 132 on are gone; "
                + "t-3 is stopped: records 5 to 8 are gone from Kafka: retention or an operator deleted them before they were handled; "
                + "stopped too (topic-replaced): t-2, t-4. Accept.");
  }

  private Optional<String> trouble() {
    progress.stepped(Map.of(), reports);
    return progress.trouble();
  }

  private void partition(int number, @Nullable Loss loss) {
    reports.put(
        new TopicPartition("t", number),
        new PartitionReport(
            OptionalLong.empty(),
            Optional.empty(),
            Optional.ofNullable(loss),
            Optional.empty(),
            Optional.empty()));
  }
}
