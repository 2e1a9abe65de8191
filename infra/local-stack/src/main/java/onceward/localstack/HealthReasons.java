package onceward.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads why a program is not ready from its health. Pure. */
public final class HealthReasons {

  private static final ObjectMapper JSON = new ObjectMapper();

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
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
