package onceward.relay.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import onceward.relay.position.Coverage;
import onceward.relay.position.Coverage.Hour;
import onceward.relay.position.Coverage.Sum;
import onceward.relay.position.Lsn;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Coverage as JSON: open hours in the position's record, each closed part as a record of its own.
 * The ledger reads them.
 */
final class CoverageRecords {

  /** So many hours are kept, about 85 days; then the oldest part is written over. */
  static final int PARTS_KEPT = 2_048;

  private static final Logger log = LoggerFactory.getLogger(CoverageRecords.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration HOUR = Duration.ofHours(1);

  private CoverageRecords() {}

  /** A part, for the topic of positions. No slot has a name with a number sign. */
  static ProducerRecord<byte[], byte[]> of(
      String topic, String slot, @Nullable UUID first, Coverage.Part part) {
    var value = JSON.createObjectNode().put("coverageOf", slot).put("part", part.number());
    writeFirst(value, first);
    write(value, part.hour());
    try {
      return new ProducerRecord<>(
          topic,
          0,
          (slot + "#" + part.number() % PARTS_KEPT).getBytes(UTF_8),
          JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + part, e);
    }
  }

  /** Adds the open hours to a position. */
  static void write(ObjectNode position, Coverage coverage) {
    var value = position.putObject("coverage").put("parts", coverage.parts());
    writeFirst(value, coverage.first());
    var open = value.putArray("open");
    coverage.open().forEach(hour -> write(open.addObject(), hour));
  }

  private static void writeFirst(ObjectNode value, @Nullable UUID first) {
    if (first != null) {
      value.put("first", first.toString());
    }
  }

  private static void write(ObjectNode value, Hour hour) {
    value
        .put("hour", Instant.EPOCH.plus(HOUR.multipliedBy(hour.number())).toString())
        .put("from", hour.from().toString())
        .put("to", hour.to().toString());
    var published = value.putObject("published");
    hour.sums()
        .forEach((type, sum) ->
            published.putObject(type).put("count", sum.count()).put("ids", sum.ids().toString()));
  }

  /**
   * The coverage of a position. Parts that are closed are not read: nothing is added to them. Older
   * relays have counted nothing; what cannot be read is forgotten, and stops nobody.
   */
  static Coverage read(JsonNode position) {
    var value = position.path("coverage");
    try {
      var open = new ArrayList<Hour>();
      value.path("open").forEach(hour -> open.add(hour(hour)));
      return new Coverage(open, List.of(), value.path("parts").longValue(), first(value));
    } catch (IllegalArgumentException | DateTimeException unreadable) {
      log.warn("Counts anew what is published: {} is no coverage", value, unreadable);
      return Coverage.NONE;
    }
  }

  private static @Nullable UUID first(JsonNode value) {
    var first = value.path("first");
    return first.isTextual() ? UUID.fromString(first.textValue()) : null;
  }

  private static Hour hour(JsonNode value) {
    var sums = new HashMap<String, Sum>();
    for (var published : value.path("published").properties()) {
      sums.put(
          published.getKey(),
          new Sum(
              published.getValue().path("count").longValue(),
              UUID.fromString(published.getValue().path("ids").asText())));
    }
    return new Hour(
        Duration.between(Instant.EPOCH, Instant.parse(value.path("hour").asText())).toHours(),
        Lsn.parse(value.path("from").asText()),
        Lsn.parse(value.path("to").asText()),
        sums);
  }
}
