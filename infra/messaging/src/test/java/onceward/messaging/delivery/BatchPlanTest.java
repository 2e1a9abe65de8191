package onceward.messaging.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Goal: a record that fails costs a transaction of its own, and takes no other record along. */
class BatchPlanTest {

  private static final List<ConsumerRecord<byte[], byte[]>> RECORDS =
      LongStream.of(3, 5, 6, 9).mapToObj(offset -> Partitions.record(0, offset)).toList();

  @Test
  void all_records_go_together_until_one_fails() {
    var plan = BatchPlan.together(RECORDS);

    assertThat(slices(plan)).containsExactly("TOGETHER[3, 5, 6, 9]");
    assertThat(plan.rest().isDone()).isTrue();
  }

  @Test
  void a_record_that_fails_goes_alone_between_those_before_and_those_behind() {
    var plan = BatchPlan.together(RECORDS);

    assertThat(slices(plan.isolating(5)))
        .containsExactly("TOGETHER[3]", "ALONE[5]", "TOGETHER[6, 9]");
    assertThat(slices(plan.isolating(3))).containsExactly("ALONE[3]", "TOGETHER[5, 6, 9]");
    assertThat(slices(plan.isolating(9))).containsExactly("TOGETHER[3, 5, 6]", "ALONE[9]");
  }

  @Test
  void what_is_left_of_the_plan_stays_behind_a_slice_that_fails() {
    var plan = BatchPlan.firstAlone(RECORDS).rest();

    assertThat(slices(plan)).containsExactly("TOGETHER[5, 6, 9]");
    assertThat(slices(plan.isolating(6))).containsExactly("TOGETHER[5]", "ALONE[6]", "TOGETHER[9]");
    assertThat(slices(BatchPlan.together(RECORDS).isolating(6).isolating(5)))
        .containsExactly("TOGETHER[3]", "ALONE[5]", "ALONE[6]", "TOGETHER[9]");
  }

  @Test
  void a_failure_that_names_no_record_makes_each_go_alone() {
    assertThat(slices(BatchPlan.together(RECORDS).oneByOne()))
        .containsExactly("ALONE[3]", "ALONE[5]", "ALONE[6]", "ALONE[9]");
  }

  @Test
  void a_record_that_failed_before_goes_alone_and_first() {
    assertThat(slices(BatchPlan.firstAlone(RECORDS)))
        .containsExactly("ALONE[3]", "TOGETHER[5, 6, 9]");
  }

  @Test
  void from_a_record_that_may_kill_the_process_each_is_marked() {
    assertThat(slices(BatchPlan.suspecting(RECORDS, 6)))
        .containsExactly("TOGETHER[3, 5]", "MARKED[6]", "MARKED[9]");
    assertThat(slices(BatchPlan.suspecting(RECORDS, 3)))
        .containsExactly("MARKED[3]", "MARKED[5]", "MARKED[6]", "MARKED[9]");
    assertThat(slices(BatchPlan.suspecting(RECORDS, 4)))
        .as("a record that the topic no longer holds")
        .containsExactly("TOGETHER[3]", "MARKED[5]", "MARKED[6]", "MARKED[9]");
  }

  private static List<String> slices(BatchPlan plan) {
    return plan.slices().stream()
        .map(slice -> slice.how() + "" + slice.records().stream().map(r -> r.offset()).toList())
        .toList();
  }
}
