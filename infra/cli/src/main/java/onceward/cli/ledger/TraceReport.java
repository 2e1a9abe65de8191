package onceward.cli.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.ledger.trace.Journey;
import onceward.ledger.trace.JourneyDocument;

/** Journeys as a tree for people, by what brought about what; as a list for scripts. */
final class TraceReport {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Map<UUID, Journey> journeys = new LinkedHashMap<>();

  TraceReport(List<Journey> journeys) {
    journeys.forEach(journey -> this.journeys.put(journey.appended().id(), journey));
  }

  String text() {
    var text = new StringBuilder();
    var shown = new HashSet<UUID>();
    for (var journey : journeys.values()) {
      var cause = journey.appended().cause();
      if (cause.isEmpty() || !journeys.containsKey(cause.get())) {
        show(journey, "", text, shown);
      }
    }
    return text.toString();
  }

  String json() throws JsonProcessingException {
    return JSON.writeValueAsString(JourneyDocument.of(List.copyOf(journeys.values()))) + "\n";
  }

  private void show(Journey journey, String indent, StringBuilder text, Set<UUID> shown) {
    var row = journey.appended();
    if (!shown.add(row.id())) {
      return;
    }
    text.append(
        "%s%s %s version %d: %s%n"
            .formatted(indent, row.type(), row.aggregateId(), row.version(), journey.now()));
    line(text, indent, "message", row.id() + row.at().map(at -> "  made " + at).orElse(""));
    line(text, indent, "outbox", "%s, transaction %d".formatted(row.database(), row.transaction()));
    for (var place : journey.published()) {
      line(text, indent, "topic", place + since(row.at(), place.at()));
    }
    for (var consumer : journey.consumers()) {
      line(
          text,
          indent,
          consumer.name(),
          consumer.step().words()
              + consumer.at().map(at -> since(row.at(), at)).orElse("")
              + consumer.detail().map(detail -> ", " + detail).orElse(""));
    }
    row.traceparent()
        .filter(_ -> indent.isEmpty())
        .ifPresent(trace -> line(text, indent, "trace", trace));
    for (var child : journey.caused()) {
      var next = journeys.get(child);
      if (next != null) {
        show(next, indent + "    ", text, shown);
      }
    }
  }

  private static void line(StringBuilder text, String indent, String what, String how) {
    text.append("%s  %-13s %s%n".formatted(indent, what, how));
  }

  /** How long after the message was made; clocks of two machines may differ. */
  private static String since(Optional<Instant> made, Instant at) {
    return made.map(from -> "  +%,d ms".formatted(Duration.between(from, at).toMillis()))
        .orElse("  " + at);
  }
}
