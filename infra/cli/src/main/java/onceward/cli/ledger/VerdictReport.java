package onceward.cli.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import onceward.ledger.verify.CoveredHours;
import onceward.ledger.verify.Finding;
import onceward.ledger.verify.Kind;
import onceward.ledger.verify.Stall;
import onceward.ledger.verify.Verdict;
import onceward.ledger.verify.VerdictDocument;

/** What a comparison found, for people and for scripts. */
final class VerdictReport {

  private static final int BROKEN = 1;
  private static final int STANDS_STILL = 4;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Verdict verdict;
  private final List<Stall> stalls;
  private final Duration took;
  private final VerdictDocument document;

  /**
   * @param stalls what stands still now
   */
  VerdictReport(Verdict verdict, List<Stall> stalls, Duration took) {
    this.verdict = verdict;
    this.stalls = stalls;
    this.took = took;
    this.document = new VerdictDocument(verdict, stalls, took);
  }

  /** 1 if a promise is broken; 4 if none is, and something stands still; otherwise 0. */
  int exitCode() {
    return switch (document.outcome()) {
      case HOLDS -> 0;
      case BROKEN -> BROKEN;
      case STANDS_STILL -> STANDS_STILL;
    };
  }

  String text() {
    var text = new StringBuilder();
    for (var topic : verdict.topics()) {
      text.append(
          "%-28s %,12d in the outbox %,12d in the topic%n"
              .formatted(topic.topic(), topic.appended(), topic.published()));
      verdict.consumers().stream()
          .filter(consumer -> consumer.topic().equals(topic.topic()))
          .forEach(consumer ->
              text.append(
                  "  %-26s %,12d handled%n".formatted(consumer.consumer(), consumer.handled())));
    }
    verdict.hours().ifPresent(hours -> text.append(text(hours)));
    verdict.findings().forEach(finding -> text.append(text(finding)));
    verdict.notes().forEach(note -> text.append("%nNote: %s%n".formatted(note)));
    stalls.forEach(stall -> text.append(text(stall)));
    return text.append("%n%s%n".formatted(sentence())).toString();
  }

  String json() throws JsonProcessingException {
    return JSON.writeValueAsString(document.document()) + "\n";
  }

  private static String text(Stall stall) {
    var text =
        new StringBuilder("%nSTANDS STILL %s %s%n".formatted(stall.subject(), stall.sentence()));
    stall.remedy().ifPresent(remedy -> text.append("  to mend it: %s%n".formatted(remedy)));
    stall.page().ifPresent(page -> text.append("  read: %s%n".formatted(page)));
    return text.toString();
  }

  private static String text(CoveredHours hours) {
    var text =
        new StringBuilder(
            "%n%-28s %,12d %s with %,d messages%s%n%-28s %,12d %s%n"
                .formatted(
                    "proven by sums",
                    hours.proven(),
                    hours(hours.proven()),
                    hours.provenMessages(),
                    hours.expired() == 0
                        ? ""
                        : "; Kafka no longer keeps %,d of these hours whole"
                            .formatted(hours.expired()),
                    "read",
                    hours.read(),
                    hours(hours.read())));
    hours.unproven().forEach(one -> text.append("  %s  %s%n".formatted(one.hour(), one.why())));
    var rest = hours.read() - hours.unproven().size();
    if (rest > 0) {
      text.append("  and %,d more (--limit)%n".formatted(rest));
    }
    return text.toString();
  }

  private static String hours(long count) {
    return count == 1 ? "hour" : "hours";
  }

  private String text(Finding finding) {
    var text =
        new StringBuilder(
            "%n%s %s in %s: %,d message%s, %s%s%n"
                .formatted(
                    label(finding.kind()),
                    finding.kind().text(),
                    finding.subject(),
                    finding.count(),
                    finding.count() == 1 ? "" : "s",
                    finding.kind().sentence(),
                    age(finding)));
    finding
        .examples()
        .forEach(example ->
            text.append(
                "  %s  %s; %s%n"
                    .formatted(
                        example.messageId().map(UUID::toString).orElse("(no id)"),
                        example.message().orElse("not in any outbox"),
                        example.detail())));
    var rest = finding.count() - finding.examples().size();
    if (rest > 0) {
      text.append("  and %,d more (--limit)%n".formatted(rest));
    }
    return text.toString();
  }

  private static String label(Kind kind) {
    return switch (kind.weight()) {
      case BROKEN -> "BROKEN";
      case UNDER_WAY -> "UNDER WAY";
      case REMARK -> "REMARK";
    };
  }

  private String age(Finding finding) {
    return finding.kind().weight() == Kind.Weight.REMARK
        ? ""
        : finding.oldest().map(oldest -> "; the oldest is " + age(oldest) + " old").orElse("");
  }

  private String age(Instant oldest) {
    var age = Duration.between(oldest, verdict.at());
    if (age.toDays() > 1) {
      return age.toDays() + " days";
    }
    return age.toHours() > 1
        ? age.toHours() + " hours"
        : age.toMinutes() > 1
            ? age.toMinutes() + " minutes"
            : Math.max(0, age.toSeconds()) + " seconds";
  }

  private String sentence() {
    var compared =
        "%,d messages compared in %s."
            .formatted(
                verdict.messages(),
                "%.1f s".formatted(took.toMillis() / 1000.0).toLowerCase(Locale.ROOT));
    if (!verdict.holds()) {
      return compared + " A promise is broken.";
    }
    if (!stalls.isEmpty()) {
      return compared
          + " Nothing is known to be missing, but something stands still: what is under way there does not arrive before that is mended.";
    }
    return compared
        + (verdict.isAtRest()
            ? " Nothing is missing."
            : " Nothing is missing; some messages are under way.");
  }
}
