package onceward.messaging.polling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import onceward.messaging.offsets.TopicRetention;
import onceward.messaging.subscription.Subscription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Goal: whoever keeps records longer than the inbox remembers learns it with both figures. */
class RetentionMarginTest {

  @Test
  void an_inbox_that_remembers_longer_than_the_topic_keeps_records_is_no_trouble() {
    assertThat(margin(Duration.ofDays(14)).seconds()).isEqualTo(16 * 86_400);
    assertThat(margin(Duration.ofDays(14)).warning()).isEmpty();
    assertThat(margin(Duration.ofDays(30)).warning()).isEmpty();
  }

  @Test
  void one_that_forgets_earlier_is_told_with_both_figures_and_what_to_do() {
    var margin = margin(Duration.ofDays(37));

    assertThat(margin.seconds()).isEqualTo(-7 * 86_400);
    assertThat(margin.warning().orElseThrow())
        .contains("the inbox remembers messages for 30 days")
        .contains("order.events keeps records for up to 37 days")
        .contains("raise messaging.retention.inbox above 37 days");
  }

  @Test
  void no_inbox_remembers_as_long_as_a_topic_without_a_limit() {
    assertThat(margin(null).seconds()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(margin(null).warning().orElseThrow()).contains("keeps records for ever");
  }

  private static RetentionMargin margin(@Nullable Duration kept) {
    return new RetentionMargin(
        Subscription.of("billing", "order.events"), Duration.ofDays(30), new TopicRetention(kept));
  }
}
