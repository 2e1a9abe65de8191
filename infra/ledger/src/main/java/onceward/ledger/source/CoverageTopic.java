package onceward.ledger.source;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The topic in which relays write down their positions, and with them what they have published.
 * What cannot be read there counts as never written: it proves nothing. For one thread.
 */
public final class CoverageTopic {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, JsonNode> positions = new HashMap<>();
  private final Map<String, List<JsonNode>> parts = new HashMap<>();

  private CoverageTopic() {}

  /**
   * Reads it to its end. A topic that does not exist has nothing.
   *
   * @throws LedgerException if Kafka does not answer or may not be asked
   */
  public static CoverageTopic read(Topics topics, String name) {
    var read = new CoverageTopic();
    // Kafka's client would wait a minute for a topic that does not exist.
    if (!topics.named(name::equals).isEmpty()) {
      topics.latest(name).values().forEach(read::take);
    }
    return read;
  }

  /**
   * What the relays of these slots have published together; empty if there is none, or one of them
   * has not written that down.
   */
  public Optional<Covered> of(List<String> slots) {
    var covered = slots.stream().map(this::ofSlot).toList();
    return covered.stream().allMatch(Optional::isPresent)
        ? covered.stream().flatMap(Optional::stream).reduce(Covered::plus)
        : Optional.empty();
  }

  /** The topics to which the relay of a slot publishes; none if it has not written that down. */
  public Set<String> topicsOf(String slot) {
    var position = positions.get(slot);
    return position == null
        ? Set.of()
        : position.path("topics").properties().stream().map(Map.Entry::getKey).collect(toSet());
  }

  /** What the relay of a slot has published; empty if it has not written that down. */
  private Optional<Covered> ofSlot(String slot) {
    var position = positions.get(slot);
    if (position == null || !position.path("coverage").path("open").isArray()) {
      return Optional.empty();
    }
    try {
      return Optional.of(covered(position, parts.getOrDefault(slot, List.of())));
    } catch (IllegalArgumentException | DateTimeException unreadable) {
      return Optional.empty();
    }
  }

  private void take(byte[] record) {
    try {
      var json = JSON.readTree(record);
      if (json.path("slot").isTextual()) {
        positions.put(json.path("slot").textValue(), json);
      } else if (json.path("coverageOf").isTextual()) {
        parts
            .computeIfAbsent(json.path("coverageOf").textValue(), _ -> new ArrayList<>())
            .add(json);
      }
    } catch (IOException unreadable) {
      // Somebody else's.
    }
  }

  private static Covered covered(JsonNode position, List<JsonNode> parts) {
    var hours = new HashMap<Long, Map<String, Sum>>();
    var coverage = position.path("coverage");
    coverage.path("open").forEach(hour -> add(hour, hours));
    // A relay that died before it wrote its position has written parts that do not count. Nor do
    // those of
    // an earlier count: what that one published may have gone to a topic that is no more.
    var count = coverage.path("parts").longValue();
    var first = coverage.path("first").asText();
    for (var part : parts) {
      if (part.path("part").longValue() < count && part.path("first").asText().equals(first)) {
        add(part, hours);
      }
    }
    var topicIds = new HashMap<String, String>();
    for (var topic : position.path("topics").properties()) {
      topicIds.put(topic.getKey(), topic.getValue().path("id").asText());
    }
    return new Covered(
        topicIds, hours, first.isEmpty() ? Optional.empty() : Ids.time(UUID.fromString(first)));
  }

  private static void add(JsonNode value, Map<Long, Map<String, Sum>> hours) {
    var hour = Hours.of(Instant.parse(text(value.get("hour"))));
    var sums = hours.computeIfAbsent(hour, _ -> new HashMap<>());
    for (var published : value.path("published").properties()) {
      sums.merge(
          published.getKey(),
          new Sum(
              published.getValue().path("count").longValue(),
              UUID.fromString(text(published.getValue().get("ids")))),
          Sum::plus);
    }
  }

  private static String text(@Nullable JsonNode value) {
    return value == null ? "" : value.asText();
  }
}
