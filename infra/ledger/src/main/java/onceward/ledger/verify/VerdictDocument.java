package onceward.ledger.verify;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a comparison found, as the one document that the command line prints and the API answers.
 * Its field names are stable. Immutable.
 *
 * @param stalls what stands still at the end of the comparison
 * @param took how long the comparison took
 */
public record VerdictDocument(Verdict verdict, List<Stall> stalls, Duration took) {

  public VerdictDocument {
    stalls = List.copyOf(stalls);
  }

  /** What the comparison comes to. A broken promise outweighs whatever stands still. */
  public Outcome outcome() {
    if (!verdict.holds()) {
      return Outcome.BROKEN;
    }
    return stalls.isEmpty() ? Outcome.HOLDS : Outcome.STANDS_STILL;
  }

  /** The document, of maps, lists, texts, numbers and truth values alone. */
  public Map<String, Object> document() {
    var document = new LinkedHashMap<String, Object>();
    document.put("outcome", outcome().name());
    document.put("holds", verdict.holds());
    document.put("atRest", verdict.isAtRest());
    document.put("standsStill", stalls.stream().map(Stall::document).toList());
    document.put("at", verdict.at().toString());
    document.put("tookMillis", took.toMillis());
    document.put("messages", verdict.messages());
    verdict.hours().ifPresent(hours -> document.put("hours", document(hours)));
    document.put("topics", verdict.topics().stream().map(VerdictDocument::document).toList());
    document.put("consumers", verdict.consumers().stream().map(VerdictDocument::document).toList());
    document.put("findings", verdict.findings().stream().map(VerdictDocument::document).toList());
    document.put("notes", verdict.notes());
    return document;
  }

  private static Map<String, Object> document(CoveredHours hours) {
    var document = new LinkedHashMap<String, Object>();
    document.put("proven", hours.proven());
    document.put("provenMessages", hours.provenMessages());
    document.put("expired", hours.expired());
    document.put("read", hours.read());
    document.put(
        "unproven",
        hours.unproven().stream()
            .map(one -> texts("hour", one.hour().toString(), "why", one.why()))
            .toList());
    return document;
  }

  private static Map<String, Object> document(Verdict.TopicVerdict topic) {
    var document = new LinkedHashMap<String, Object>();
    document.put("topic", topic.topic());
    document.put("appended", topic.appended());
    document.put("published", topic.published());
    return document;
  }

  private static Map<String, Object> document(Verdict.ConsumerVerdict consumer) {
    var document = new LinkedHashMap<String, Object>();
    document.put("consumer", consumer.consumer());
    document.put("topic", consumer.topic());
    document.put("handled", consumer.handled());
    return document;
  }

  private static Map<String, Object> document(Finding finding) {
    var document = new LinkedHashMap<String, Object>();
    document.put("kind", finding.kind().text());
    document.put(
        "weight", finding.kind().weight().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    document.put("subject", finding.subject());
    document.put("count", finding.count());
    document.put("meaning", finding.kind().sentence());
    finding.oldest().ifPresent(oldest -> document.put("oldest", oldest.toString()));
    document.put("messages", finding.examples().stream().map(VerdictDocument::document).toList());
    return document;
  }

  private static Map<String, String> document(Finding.Example example) {
    var document = new LinkedHashMap<String, String>();
    put(document, "messageId", example.messageId().map(UUID::toString));
    put(document, "message", example.message());
    document.put("detail", example.detail());
    return document;
  }

  private static void put(Map<String, String> document, String name, Optional<String> value) {
    value.ifPresent(present -> document.put(name, present));
  }

  private static Map<String, String> texts(
      String name, String text, String otherName, String otherText) {
    var document = new LinkedHashMap<String, String>();
    document.put(name, text);
    document.put(otherName, otherText);
    return document;
  }
}
