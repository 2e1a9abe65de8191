package onceward.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.postgres.ClusterTimeline;

/**
 * A promoted standby has replaced the stack's PostgreSQL server: relays have published from the
 * same cluster on a later timeline. What services write to the stack's server would never be
 * published. Immutable.
 *
 * @param own the timeline of the stack's server
 * @param published the later one, from which messages were published
 * @param slot whose relay has published them
 */
public record Replacement(int own, int published, String slot) {

  /** In which relays write down their positions. */
  private static final String POSITIONS = "relay.positions";

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Looks into the data directory and into Kafka, which has to run.
   *
   * @return empty if the server was not replaced, as far as is known, or there is none yet
   * @throws onceward.localstack.process.StackException if Kafka does not answer
   */
  static Optional<Replacement> of(StackHome home, StackPorts ports, KafkaBroker kafka) {
    return ClusterTimeline.of(home.postgres(ports.postgres()).dataDirectory())
        .flatMap(own -> judge(own, kafka.latestValues(POSITIONS, ANSWER_LIMIT)));
  }

  /**
   * By the latest timeline of the same cluster.
   *
   * @param positions what relays have written down; what is no position says nothing
   */
  static Optional<Replacement> judge(ClusterTimeline own, List<String> positions) {
    return positions.stream()
        .flatMap(Replacement::read)
        .filter(position ->
            position.path("systemIdentifier").asText().equals(own.systemIdentifier())
                && position.path("timeline").asInt() > own.timeline())
        .max(Comparator.comparingInt(position -> position.path("timeline").asInt()))
        .map(latest ->
            new Replacement(
                own.timeline(), latest.path("timeline").asInt(), latest.path("slot").asText()));
  }

  private static Stream<JsonNode> read(String value) {
    try {
      return Stream.of(JSON.readTree(value));
    } catch (IOException somebodyElses) {
      return Stream.empty();
    }
  }

  /** What has happened, in one sentence without an end. */
  public String sentence() {
    return "the PostgreSQL server of this stack is on timeline %d, and slot %s was published up to timeline %d: a promoted standby has replaced the server, and what services write to it is never published (infra/docs/runbook/failover.md)"
        .formatted(own, slot, published);
  }
}
