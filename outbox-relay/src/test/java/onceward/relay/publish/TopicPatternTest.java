package onceward.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics are named as consumers know them, and never by something that Kafka does not take. */
class TopicPatternTest {

  @ParameterizedTest
  @CsvSource({
    "{aggregatetype}.events, order.events",
    "outbox.event.{aggregatetype}, outbox.event.order",
    "a-{aggregatetype}_b, a-order_b",
    "{aggregatetype}, order"
  })
  void the_kind_of_the_aggregate_stands_in_the_place_of_its_name(String pattern, String topic) {
    assertThat(TopicPattern.parse(pattern).orElseThrow().topicOf("order")).isEqualTo(topic);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "events",
        "{aggregatetype}{aggregatetype}",
        "{aggregateType}",
        "outbox event {aggregatetype}",
        "${aggregatetype}.events",
        "{aggregatetype}\\n"
      })
  void anything_but_one_placeholder_and_what_kafka_allows_is_refused(String pattern) {
    assertThat(TopicPattern.parse(pattern)).isEmpty();
  }

  @Test
  void a_pattern_leaves_room_for_the_kind() {
    assertThat(TopicPattern.parse("{aggregatetype}" + "x".repeat(248))).isPresent();
    assertThat(TopicPattern.parse("{aggregatetype}" + "x".repeat(249))).isEmpty();
  }

  @Test
  void names_that_kafka_allows_and_names_that_it_does_not() {
    assertThat("x".repeat(249)).matches(TopicName::isAllowed);
    assertThat("x".repeat(250)).matches(name -> !TopicName.isAllowed(name));
    for (var name : new String[] {"", ".", "..", "a b", "ö", "a\\n", "a/b"}) {
      assertThat(TopicName.isAllowed(name)).as(name).isFalse();
    }
    assertThat(TopicName.isAllowed("...")).isTrue();
  }
}
