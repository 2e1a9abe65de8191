package onceward.relay.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onceward.relay.position.TopicIdentity;
import onceward.relay.publish.Addressing;
import onceward.relay.publish.TopicFacts;
import onceward.relay.publish.TopicPattern;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicChecksTest {

  private static final TopicIdentity IDENTITY = new TopicIdentity("id-1", 12);
  private static final String NAME = "order.events";

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          # replicas, policy, retention, bytes, unclean, in sync, risk
          3, delete,           604800000, -1, false, 2, -
          3, delete,           -1,        -1, false, 3, -
          1, delete,           86400000,  -1, true,  1, -
          3, compact,          604800000, -1, false, 2, compaction
          3, 'compact,delete', 604800000, -1, false, 2, compaction
          3, delete,           86399999,  -1, false, 2, short-retention
          3, delete,           604800000, 0,  false, 2, size-retention
          3, delete,           604800000, -1, true,  2, unclean-election
          3, delete,           604800000, -1, false, 1, one-in-sync-replica
          2, delete,           604800000, -1, false, 1, one-in-sync-replica
          """)
  void settings_by_which_messages_can_be_lost(
      int replicas,
      String policy,
      long retentionMs,
      long retentionBytes,
      boolean unclean,
      int inSync,
      @Nullable String risk) {
    var topic =
        new TopicFacts(
            IDENTITY, replicas, 1 << 20, policy, retentionMs, retentionBytes, unclean, inSync);

    var stop = stop(topic, Set.of());

    assertThat(TopicRisk.first(topic, Set.of()).map(TopicRisk::code))
        .isEqualTo(Optional.ofNullable(risk));
    assertThat(stop.isPresent()).isEqualTo(risk != null);
    if (risk != null) {
      assertThat(stop.orElseThrow().reason()).isEqualTo(StopReason.TOPIC_UNFIT);
      assertThat(stop.orElseThrow().sentence())
          .contains("add %s to relay.pipelines.shop.accepted-topic-risks".formatted(risk));
      assertThat(stop(topic, Set.of(TopicRisk.of(risk).orElseThrow()))).isEmpty();
    }
  }

  @Test
  void every_risk_is_known_by_its_name() {
    assertThat(Arrays.stream(TopicRisk.values()).map(TopicRisk::code).map(TopicRisk::of))
        .containsExactlyElementsOf(Arrays.stream(TopicRisk.values()).map(Optional::of).toList());
    assertThat(TopicRisk.of("none")).isEmpty();
  }

  @Test
  void a_topic_that_was_changed_since() {
    assertThat(changes(Map.of(NAME, fit()), IDENTITY)).isEmpty();
    var bringBack =
        "infra/onceward republish run --pipeline shop --wait 0 --detach --reason topic-changed && infra/onceward relay accept shop";
    assertThat(changes(Map.of(), IDENTITY))
        .singleElement()
        .satisfies(one -> assertThat(one.sentence()).contains("was deleted"))
        .returns(
            "infra/onceward topic create order.events --partitions 12 && " + bringBack,
            Stop::remedy);
    assertThat(changes(Map.of(NAME, fit()), new TopicIdentity("id-0", 12)))
        .singleElement()
        .satisfies(one -> assertThat(one.sentence()).contains("made anew (id id-0, and now id-1)"))
        .returns(bringBack, Stop::remedy);
    assertThat(changes(Map.of(NAME, fit()), new TopicIdentity("id-1", 6)))
        .singleElement()
        .satisfies(one -> assertThat(one.sentence()).contains("had 6 partitions and has 12"))
        .returns("infra/onceward relay accept shop", Stop::remedy);
  }

  @Test
  void a_topic_of_positions_takes_those_that_name_parked_keys() {
    var small = new TopicFacts(IDENTITY, 3, 100_000, "compact", -1, -1, false, 2);
    var large = new TopicFacts(IDENTITY, 3, 1 << 20, "compact", -1, -1, false, 2);

    assertThat(positions(small))
        .hasValueSatisfying(stop ->
            assertThat(stop)
                .returns(StopReason.TOPIC_UNFIT, Stop::reason)
                .satisfies(unfit ->
                    assertThat(unfit.sentence())
                        .startsWith("topic relay.positions")
                        .contains("takes records of 100000 bytes")));
    assertThat(positions(large)).isEmpty();
  }

  private static Optional<Stop> positions(TopicFacts topic) {
    return checks(Map.of("relay.positions", topic), Set.of()).stop(Set.of());
  }

  private static List<Stop> changes(Map<String, TopicFacts> facts, TopicIdentity known) {
    return checks(facts, Set.of()).changes(Map.of(NAME, known)).toList();
  }

  private static Optional<Stop> stop(TopicFacts topic, Set<TopicRisk> accepted) {
    return checks(Map.of(NAME, topic), accepted).stop(Set.of(NAME));
  }

  private static TopicChecks checks(Map<String, TopicFacts> facts, Set<TopicRisk> accepted) {
    var addressing =
        new Addressing(TopicPattern.parse("{aggregatetype}.events").orElseThrow(), "/shop");
    return new TopicChecks(
        "shop",
        "--bootstrap-server kafka:9092",
        new TopicSettings("shop", "relay.positions", Set.of(NAME), accepted, addressing),
        facts);
  }

  private static TopicFacts fit() {
    return new TopicFacts(IDENTITY, 3, 1 << 20, "delete", 604_800_000, -1, false, 2);
  }
}
