package onceward.cli.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import onceward.cli.topic.TopicResult.Difference;
import org.junit.jupiter.api.Test;

/** A topic keeps what Kafka has acknowledged, and no longer than inboxes remember. */
final class TopicPlanTest {

  private static final Retention WEEK = retention("7d");
  private static final Retention MONTH = retention("30d");

  @Test
  void three_replicas_are_usual_and_all_where_there_are_fewer_brokers() {
    assertThat(plan(Optional.empty(), 9).replication()).isEqualTo(3);
    assertThat(plan(Optional.empty(), 2).replication()).isEqualTo(2);
    assertThat(plan(Optional.of(5), 9).replication()).isEqualTo(5);
  }

  @Test
  void what_is_acknowledged_lies_on_two_brokers_where_one_may_be_lost() {
    assertThat(plan(Optional.of(3), 3).settings()).containsEntry("min.insync.replicas", "2");
    assertThat(plan(Optional.of(2), 3).settings()).containsEntry("min.insync.replicas", "1");
    assertThat(plan(Optional.of(1), 1).settings()).containsEntry("min.insync.replicas", "1");
  }

  @Test
  void nothing_is_lost_by_compaction_size_or_an_election() {
    assertThat(plan(Optional.empty(), 3).settings())
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.bytes", "-1")
        .containsEntry("retention.ms", "604800000")
        .containsEntry("unclean.leader.election.enable", "false")
        .containsEntry("max.message.bytes", "1048588");
  }

  @Test
  void messages_stay_for_a_day_at_least_and_for_less_than_an_inbox_remembers() {
    assertThat(TopicPlan.fault(WEEK, MONTH)).isEmpty();
    assertThat(TopicPlan.fault(retention("23h"), MONTH))
        .hasValueSatisfying(fault ->
            assertThat(fault).startsWith("--retention 23h is too short").endsWith("at least 1d"));
    assertThat(TopicPlan.fault(MONTH, MONTH))
        .hasValueSatisfying(fault ->
            assertThat(fault).startsWith("--retention 30d is too long").contains("for 30d"));
    assertThat(TopicPlan.fault(MONTH, retention("60d"))).isEmpty();
  }

  @Test
  void only_what_is_otherwise_is_a_difference() {
    TopicPlan plan = plan(Optional.of(1), 1);
    Map<String, String> has = new HashMap<>(plan.settings());
    has.put("partitions", "6");
    has.put("replication", "1");
    has.put("cleanup.policy", "compact");

    assertThat(plan.differences(has))
        .containsOnly(
            Map.entry("partitions", new Difference("6", "12")),
            Map.entry("cleanup.policy", new Difference("compact", "delete")));
  }

  @Test
  void the_text_says_what_was_made() {
    assertThat(TopicResult.asPlanned(plan(Optional.of(1), 1), false).text())
        .startsWith("Topic order.events created: partitions 12, replicas 1\n")
        .contains("  retention.ms=604800000\n");
    assertThat(TopicResult.asPlanned(plan(Optional.of(1), 1), true).text())
        .startsWith("Topic order.events would be created: ");
  }

  private static TopicPlan plan(Optional<Integer> replication, int brokers) {
    return TopicPlan.of("order.events", 12, replication, brokers, WEEK);
  }

  private static Retention retention(String text) {
    return new Retention.Reader().convert(text);
  }
}
