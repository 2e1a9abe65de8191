package onceward.messaging.deadletter.operations;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import onceward.messaging.deadletter.Attempt;
import onceward.messaging.deadletter.DeadLetter;
import onceward.messaging.deadletter.DeadLetterDetails.Behind;
import onceward.messaging.deadletter.DeadLetterDetails.Details;
import onceward.messaging.deadletter.DeadLetterGroup;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters as JSON, in fields whose names do not change. A field without a value is left out.
 */
final class LetterReport {

  private LetterReport() {}

  static Map<String, Object> of(DeadLetter letter) {
    var report = new LinkedHashMap<String, Object>();
    report.put("id", letter.id());
    report.put("consumer", letter.consumer());
    report.put("topic", letter.topic());
    report.put("partition", letter.partition());
    report.put("offset", letter.offset());
    report.put("key", letter.key());
    report.put("messageId", letter.messageId());
    report.put("type", letter.type());
    report.put("version", letter.version());
    report.put("reason", letter.failure().reason().text());
    report.put("exception", letter.failure().exception());
    report.put("exceptionClass", letter.failure().exceptionClass());
    report.put("stackDigest", letter.failure().stackDigest());
    report.put("stackTrace", letter.failure().stackTrace());
    report.put("attempts", letter.failure().attempts());
    report.put("failuresInRow", letter.failuresInRow());
    report.put("group", letter.group());
    report.put("failedAt", letter.failedAt());
    return withoutNulls(report);
  }

  /**
   * One letter with its history and the messages behind it.
   *
   * @param payloadIsShown whether the content may be shown; otherwise the report has its length
   */
  static Map<String, Object> of(Details details, boolean payloadIsShown) {
    var report = of(details.letter());
    report.put("state", details.state());
    report.put("closedAt", details.closedAt());
    put(report, "payload", details.payload(), payloadIsShown);
    put(report, "editedPayload", details.edited(), payloadIsShown);
    report.put("history", details.history().stream().map(LetterReport::of).toList());
    report.put("behindCount", details.behindCount());
    report.put("behind", details.behind().stream().map(LetterReport::of).toList());
    return withoutNulls(report);
  }

  private static void put(
      Map<String, Object> report, String name, @Nullable String content, boolean isShown) {
    if (content != null) {
      report.put(name + "Bytes", content.getBytes(UTF_8).length);
      report.put(name, isShown ? content : null);
    }
  }

  static Map<String, Object> of(DeadLetterGroup group) {
    var report = new LinkedHashMap<String, Object>();
    report.put("group", group.id());
    report.put("consumer", group.consumer());
    report.put("exceptionClass", group.exceptionClass());
    report.put("stackDigest", group.stackDigest());
    report.put("exception", group.exception());
    report.put("types", group.types());
    report.put("open", group.open());
    report.put("handled", group.handled());
    report.put("discarded", group.discarded());
    report.put("archived", group.archived());
    report.put("attempts", group.attempts());
    report.put("firstSeen", group.firstSeen());
    report.put("lastSeen", group.lastSeen());
    report.put("oldest", group.oldest());
    return report;
  }

  private static Map<String, Object> of(Attempt attempt) {
    var report = new LinkedHashMap<String, Object>();
    report.put("at", attempt.at());
    report.put("operator", attempt.actor().operator());
    report.put("job", attempt.actor().job());
    report.put("outcome", attempt.outcome());
    report.put("attempts", attempt.attempts());
    report.put("exception", attempt.exception());
    report.put("exceptionClass", attempt.exceptionClass());
    report.put("stackDigest", attempt.stackDigest());
    report.put("reason", attempt.actor().reason());
    return withoutNulls(report);
  }

  private static Map<String, Object> of(Behind message) {
    return Map.of(
        "messageId", message.messageId(),
        "type", message.type(),
        "version", message.version(),
        "parkedAt", message.parkedAt());
  }

  static Map<String, Object> withoutNulls(Map<String, Object> report) {
    report.values().removeIf(value -> value == null);
    return report;
  }
}
