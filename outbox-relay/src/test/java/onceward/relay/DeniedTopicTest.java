package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import onceward.relay.preflight.BrokerChecks;
import onceward.relay.preflight.Preflight;
import onceward.relay.preflight.TopicSettings;
import onceward.relay.publish.Brokers;
import onceward.relay.publish.Positions;
import onceward.relay.publish.TopicFacts;
import onceward.relay.publish.Topics;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.Test;

/**
 * Kafka may deny for a moment a topic that is there, as a broker that has just started. The
 * position in that topic counts all the same.
 */
class DeniedTopicTest extends OutboxAndTopic {

  private static final Stop CUT =
      new Stop(StopReason.TOPIC_CUT, "Kafka has lost records", "see its page");

  private final AtomicBoolean denied = new AtomicBoolean();

  @Test
  void a_doubt_is_written_down_although_kafka_denies_the_topic_of_positions_once()
      throws Exception {
    var parts = database.parts();
    var preflight = preflight(parts);
    try (var publisher = parts.publisher()) {
      preflight.position(publisher, null, _ -> {});

      denied.set(true);
      preflight.doubt(publisher, CUT);
    }

    assertThat(denied).isFalse();
    assertThat(new Positions(parts.kafka(), parts.positionsTopic()).read(database.slot()))
        .hasValueSatisfying(
            written -> assertThat(written.premises().doubt()).isEqualTo(CUT.sentence()));
  }

  /** Or a doubt would be passed over, and the position be taken for lost. */
  @Test
  void a_start_reads_its_position_although_kafka_denies_the_topic_of_positions_once()
      throws Exception {
    var parts = database.parts();
    var preflight = preflight(parts);
    try (var publisher = parts.publisher()) {
      preflight.position(publisher, null, _ -> {});
      preflight.doubt(publisher, CUT);

      denied.set(true);
      assertThatThrownBy(() -> preflight.position(publisher, null, _ -> {}))
          .hasMessageContaining(CUT.sentence());
    }
  }

  private Preflight preflight(ConfiguredParts parts) {
    var settings = parts.settings();
    return new Preflight(
        settings.pipeline(),
        false,
        settings.database(),
        parts.database(),
        new Denied(parts),
        new Positions(parts.kafka(), parts.positionsTopic()),
        new TopicSettings(
            settings.pipeline(), parts.positionsTopic(), Set.of(), Set.of(), parts.addressing()),
        new BrokerChecks(new Brokers(parts.kafka()), parts.delivery()),
        parts.parked(),
        parts.delivery(),
        parts.holdings());
  }

  /** Knows no topic, once. */
  private final class Denied extends Topics {

    Denied(ConfiguredParts parts) {
      super(parts.kafka());
    }

    @Override
    public Map<String, TopicFacts> look(Collection<String> names) {
      return denied.compareAndSet(true, false) ? Map.of() : super.look(names);
    }
  }
}
