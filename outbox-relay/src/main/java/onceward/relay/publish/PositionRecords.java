package onceward.relay.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import onceward.relay.position.Departure;
import onceward.relay.position.IdDigest;
import onceward.relay.position.Key;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import onceward.relay.position.Move;
import onceward.relay.position.OutboxMarks;
import onceward.relay.position.ParkedProgress;
import onceward.relay.position.Position;
import onceward.relay.position.Premises;
import onceward.relay.position.TopicIdentity;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** A position as a Kafka record: its key is the slot, its value JSON that people can read. */
final class PositionRecords {

  private static final ObjectMapper JSON = new ObjectMapper();

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
          .set("resume", resume(position.place()));
      write(value, position.premises());
      if (!position.parked().isEmpty()) {
        position
            .parked()
            .forEach((key, progress) ->
                value
                    .withArray("parked")
                    .addObject()
                    .put("aggregateType", key.aggregateType())
                    .put("aggregateId", key.aggregateId())
                    .put("arrived", progress.arrived())
                    .put("released", progress.released()));
      }
      if (position.move() != null) {
        write(value, position.move());
      }
      CoverageRecords.write(value, position.coverage());
      return new ProducerRecord<>(
          topic, 0, position.slot().getBytes(UTF_8), JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + position, e);
    }
  }

  /** Under the names that relays have always given them, so that relays of two versions agree. */
  private static ObjectNode resume(@Nullable LogPlace place) {
    var resume = JSON.createObjectNode();
    if (place != null) {
      resume
          .put("txId", place.transaction())
          .put("lsn", place.change().value())
          .put("nth", place.nth());
      if (place.commit() != null) {
        resume.put("lsn_commit", place.commit().value());
      }
    }
    return resume;
  }

  /**
   * A place without a number is the first of its record: the changes that share the record may then
   * come twice, but none is lost.
   */
  private static @Nullable LogPlace place(JsonNode resume) {
    if (resume.isEmpty()) {
      return null;
    }
    var commit = resume.path("lsn_commit");
    return new LogPlace(
        commit.isNumber() ? new Lsn(commit.longValue()) : null,
        required(resume, "txId").longValue(),
        new Lsn(required(resume, "lsn").longValue()),
        resume.path("nth").asLong(1));
  }

  private static void write(ObjectNode value, Premises premises) {
    if (premises.outbox() != 0) {
      value.put("outbox", premises.outbox());
    }
    if (premises.marks() != null) {
      value.put("outboxNamed", premises.marks().named());
      var unpublishable = value.putArray("outboxUnpublishable");
      premises.marks().unpublishable().stream().sorted().forEach(unpublishable::add);
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
    if (premises.boundedFrom() != null) {
      value.put("boundedFrom", premises.boundedFrom().toString());
    }
  }

  private static void write(ObjectNode value, Move move) {
    var node =
        value
            .putObject("move")
            .put("operator", move.operator())
            .put("requestedAt", move.requestedAt().toString());
    move.departure()
        .ifPresent(departure ->
            node.putObject("departure")
                .put("place", departure.place().toString())
                .put("outboxRows", departure.outbox().rows())
                .put("outbox", departure.outbox().toBytes())
                .put("parkedRows", departure.parked().rows())
                .put("parked", departure.parked().toBytes()));
  }

  private static @Nullable Move move(JsonNode json) throws IOException {
    if (json.isMissingNode()) {
      return null;
    }
    var departure = json.path("departure");
    return new Move(
        text(json, "operator"),
        Instant.parse(text(json, "requestedAt")),
        departure.isMissingNode()
            ? null
            : new Departure(
                Lsn.parse(text(departure, "place")),
                IdDigest.read(required(departure, "outbox").binaryValue()),
                IdDigest.read(required(departure, "parked").binaryValue())));
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
          place(required(json, "resume")),
          parked(json.path("parked")),
          CoverageRecords.read(json),
          move(json.path("move")));
    } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
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
        marks(json),
        topics,
        json.path("doubt").textValue(),
        json.hasNonNull("boundedFrom") ? Lsn.parse(text(json, "boundedFrom")) : null);
  }

  private static @Nullable OutboxMarks marks(JsonNode json) {
    if (!json.hasNonNull("outboxNamed")) {
      return null;
    }
    var unpublishable = new HashSet<String>();
    for (var mark : json.path("outboxUnpublishable")) {
      unpublishable.add(mark.textValue());
    }
    return new OutboxMarks(text(json, "outboxNamed"), unpublishable);
  }

  private static Map<Key, ParkedProgress> parked(JsonNode json) {
    var parked = new HashMap<Key, ParkedProgress>();
    for (var one : json) {
      parked.put(
          new Key(text(one, "aggregateType"), text(one, "aggregateId")),
          new ParkedProgress(
              required(one, "arrived").longValue(), required(one, "released").longValue()));
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
