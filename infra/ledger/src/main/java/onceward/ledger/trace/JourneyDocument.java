package onceward.ledger.trace;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Journeys as the one document that the command line prints and the API answers. Its field names
 * are stable.
 */
public final class JourneyDocument {

  private JourneyDocument() {}

  /** The document of these journeys, of maps, lists, texts and numbers alone. */
  public static Map<String, Object> of(List<Journey> journeys) {
    return Map.of("messages", journeys.stream().map(JourneyDocument::document).toList());
  }

  private static Map<String, Object> document(Journey journey) {
    var row = journey.appended();
    var document = new LinkedHashMap<String, Object>();
    document.put("messageId", row.id().toString());
    document.put("type", row.type());
    document.put("aggregateType", row.aggregateType());
    document.put("aggregateId", row.aggregateId());
    document.put("version", row.version());
    document.put("now", journey.now());
    row.at().ifPresent(at -> document.put("madeAt", at.toString()));
    document.put("database", row.database());
    document.put("transaction", row.transaction());
    row.cause().ifPresent(cause -> document.put("causationId", cause.toString()));
    row.correlation().ifPresent(first -> document.put("correlationId", first.toString()));
    row.traceparent().ifPresent(trace -> document.put("traceparent", trace));
    document.put("records", journey.published().stream().map(JourneyDocument::document).toList());
    journey.atRelay().ifPresent(sentence -> document.put("relay", sentence));
    document.put("consumers", journey.consumers().stream().map(JourneyDocument::document).toList());
    document.put("caused", journey.caused().stream().map(UUID::toString).toList());
    return document;
  }

  private static Map<String, Object> document(Journey.Place place) {
    var document = new LinkedHashMap<String, Object>();
    document.put("topic", place.topic());
    document.put("partition", place.partition());
    document.put("offset", place.offset());
    document.put("at", place.at().toString());
    return document;
  }

  private static Map<String, Object> document(Journey.Consumer consumer) {
    var document = new LinkedHashMap<String, Object>();
    document.put("consumer", consumer.name());
    document.put("step", consumer.step().words());
    consumer.at().ifPresent(at -> document.put("at", at.toString()));
    consumer.detail().ifPresent(detail -> document.put("detail", detail));
    return document;
  }
}
