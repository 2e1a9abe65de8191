package onceward.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads why a program is not ready from its health. Pure. */
public final class HealthReasons {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A reason that names its page, or the name of a stop, which is that of its page. */
  private static final Pattern PAGE =
      Pattern.compile("(infra/docs/runbook/[a-z-]+\\.md)|: STOPPED: ([a-z-]+): ");

  /** As PostgreSQL says it; the indicator that quotes this knows no page. */
  private static final Pattern NO_DATABASE = Pattern.compile("database \"[^\"]+\" does not exist");

  private static final String DATABASE_LOST =
      "; if the database is lost, read infra/docs/runbook/consumer-database-lost.md";

  private HealthReasons() {}

  /**
   * What each indicator that is not up says, a sentence for each detail, which begins with the
   * indicator's name.
   *
   * @param body what the readiness page of a management port shows
   * @return empty if it shows no indicator that is not up
   */
  public static List<String> of(String body) {
    List<String> reasons = new ArrayList<>();
    try {
      add(JSON.readTree(body).path("details"), reasons);
    } catch (IOException noJson) {
      return List.of();
    }
    return List.copyOf(reasons);
  }

  /**
   * The page of the runbook for the first of these reasons that only an operator can mend: a
   * pipeline that is stopped with a name, or whatever names a page itself.
   *
   * @return empty if time may mend them all, as far as they say
   */
  public static Optional<String> page(List<String> reasons) {
    return reasons.stream()
        .map(PAGE::matcher)
        .filter(Matcher::find)
        .map(found ->
            found.group(1) != null
                ? found.group(1)
                : "infra/docs/runbook/%s.md".formatted(found.group(2)))
        .findFirst();
  }

  /**
   * What the indicator {@code warnings} of a program says: what is to be mended although the
   * program is ready.
   *
   * @param body what the readiness page of a management port shows
   */
  public static List<String> warnings(String body) {
    try {
      JsonNode warnings = JSON.readTree(body).path("details").path("warnings").path("details");
      return warnings.properties().stream()
          .map(one -> "%s: %s".formatted(one.getKey(), text(one.getValue())))
          .toList();
    } catch (IOException noJson) {
      return List.of();
    }
  }

  private static void add(JsonNode indicators, List<String> reasons) {
    for (Map.Entry<String, JsonNode> indicator : indicators.properties()) {
      JsonNode health = indicator.getValue();
      if (!health.has("status") || health.path("status").asText().equals("UP")) {
        continue;
      }
      JsonNode details = health.path("details");
      if (details.properties().stream().anyMatch(one -> one.getValue().has("status"))) {
        add(details, reasons);
      } else {
        reasons.addAll(sentences(indicator.getKey(), health));
      }
    }
  }

  private static List<String> sentences(String name, JsonNode health) {
    List<String> sentences =
        health.path("details").properties().stream()
            .map(detail -> "%s: %s: %s".formatted(name, detail.getKey(), text(detail.getValue())))
            .toList();
    return sentences.isEmpty()
        ? List.of("%s is %s".formatted(name, health.path("status").asText()))
        : sentences;
  }

  private static String text(JsonNode value) {
    String text = value.isValueNode() ? value.asText() : value.toString();
    return NO_DATABASE.matcher(text).find() && !text.contains("infra/docs/runbook/")
        ? text + DATABASE_LOST
        : text;
  }
}
