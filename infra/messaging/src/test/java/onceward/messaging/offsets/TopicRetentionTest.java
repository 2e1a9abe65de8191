package onceward.messaging.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Goal: a topic keeps records for as long as this says, and not longer. */
class TopicRetentionTest {

  private static final long DAY_MS = 86_400_000;

  @Test
  void a_record_stays_while_its_segment_is_written_and_then_for_the_retention() {
    assertThat(TopicRetention.of("delete", 7 * DAY_MS, 7 * DAY_MS).kept())
        .isEqualTo(Duration.ofDays(14));
  }

  @Test
  void a_topic_without_a_limit_and_one_that_is_compacted_keep_records_for_ever() {
    assertThat(TopicRetention.of("delete", -1, DAY_MS).kept()).isNull();
    assertThat(TopicRetention.of("compact", DAY_MS, DAY_MS).kept()).isNull();
    assertThat(TopicRetention.of("compact,delete", DAY_MS, DAY_MS).kept()).isNull();
  }
}
