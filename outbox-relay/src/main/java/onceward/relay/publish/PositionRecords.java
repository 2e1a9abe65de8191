package onceward.relay.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import onceward.relay.position.Key;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.position.Premises;
import onceward.relay.position.TopicIdentity;
import onceward.relay.position.Waiting;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A position as a Kafka record: its key is the slot, its value JSON that people can read. */
final class PositionRecords {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> RESUME = new TypeReference<>() {};

  private PositionRecords() {}

  static ProducerRecord<byte[], byte[]> of(String topic, Position position) {
    try {
      var value = JSON.createObjectNode();
      value
          .put("slot", position.slot())
          .put("systemIdentifier", position.systemIdentifier())
          .put("timeline", position.timeline())
          .put("publication", position.premises().publication())
          .put("beat", position.beat())
          .put("confirmable", position.confirmable().toString())
          .set("resume", JSON.valueToTree(position.resume()));
      write(value, position.premises());
      if (!position.parked().isEmpty()) {
        position
            .parked()
            .forEach((key, waiting) ->
                value
                    .withArray("parked")
                    .addObject()
                    .put("aggregateType", key.aggregateType())
                    .put("aggregateId", key.aggregateId())
                    .put("arrived", waiting.arrived())
                    .put("released", waiting.released()));
      }
      return new ProducerRecord<>(
          topic, 0, position.slot().getBytes(UTF_8), JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + position, e);
    }
  }

  private static void write(ObjectNode value, Premises premises) {
    if (premises.outbox() != 0) {
      value.put("outbox", premises.outbox());
    }
    premises
        .topics()
        .forEach((name, topic) ->
            value
                .withObjectProperty("topics")
                .putObject(name)
                .put("id", topic.id())
                .put("partitions", topic.partitions()));
    if (premises.doubt() != null) {
      value.put("doubt", premises.doubt());
    }
  }

  static Position read(byte[] value) {
    try {
      var json = JSON.readTree(value);
      return new Position(
          text(json, "slot"),
          text(json, "systemIdentifier"),
          required(json, "timeline").intValue(),
          premises(json),
          required(json, "beat").longValue(),
          Lsn.parse(text(json, "confirmable")),
          JSON.convertValue(required(json, "resume"), RESUME),
          parked(json.path("parked")));
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "'%s' is no position: %s".formatted(new String(value, UTF_8), e.getMessage()), e);
    }
  }

  /** Positions of older relays have nothing but the publication. */
  private static Premises premises(JsonNode json) {
    var topics = new HashMap<String, TopicIdentity>();
    for (var topic : json.path("topics").properties()) {
      topics.put(
          topic.getKey(),
          new TopicIdentity(
              text(topic.getValue(), "id"), required(topic.getValue(), "partitions").intValue()));
    }
    return new Premises(
        text(json, "publication"),
        json.path("outbox").longValue(),
        topics,
        json.path("doubt").textValue());
  }

  private static Map<Key, Waiting> parked(JsonNode json) {
    var parked = new HashMap<Key, Waiting>();
    for (var one : json) {
      parked.put(
          new Key(text(one, "aggregateType"), text(one, "aggregateId")),
          new Waiting(required(one, "arrived").longValue(), required(one, "released").longValue()));
    }
    return parked;
  }

  private static String text(JsonNode json, String field) {
    return required(json, field).textValue();
  }

  private static JsonNode required(JsonNode json, String field) {
    var value = json.get(field);
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return value;
  }
}
