package onceward.benchmarks.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Debezium Server gets what it needs, and what makes it fast only where that is asked for. */
final class ServerConfigurationTest {

  @Test
  void what_it_comes_with_is_left_alone() {
    assertThat(configuration(false).properties())
        .containsEntry("debezium.source.slot.name", "bench_outbox")
        .doesNotContainKeys(
            "debezium.source.poll.interval.ms",
            "debezium.source.max.batch.size",
            "debezium.sink.kafka.producer.linger.ms");
  }

  @Test
  void a_tuned_one_waits_less_and_takes_more_at_once() {
    assertThat(configuration(true).properties())
        .containsEntry("debezium.source.poll.interval.ms", "5")
        .containsEntry("debezium.source.max.batch.size", "8192")
        .containsEntry("debezium.sink.kafka.producer.compression.type", "lz4")
        .containsAllEntriesOf(configuration(false).properties());
  }

  @Test
  void what_is_meant_for_its_router_is_not_taken_for_the_name_of_a_property() {
    assertThat(configuration(true).properties())
        .containsEntry(
            "debezium.transforms.outbox.route.topic.replacement", "\\${routedByValue}.events")
        .containsEntry("debezium.source.database.password", "a\\$b");
  }

  @Test
  void its_text_keeps_the_password_to_itself() {
    assertThat(configuration(true).toString()).doesNotContain("a$b");
  }

  @Test
  void a_version_that_is_none_is_refused_before_anything_is_fetched() {
    assertThatThrownBy(() -> Distribution.find("3.6.1/../.."))
        .hasMessageContaining("--debezium-version '3.6.1/../..'")
        .hasMessageContaining("such as");
  }

  private static ServerConfiguration configuration(boolean tuned) {
    return new ServerConfiguration(
        "127.0.0.1",
        5432,
        "bench",
        "relay",
        "a$b",
        "bench_outbox",
        "outbox",
        "127.0.0.1:9092",
        tuned);
  }
}
