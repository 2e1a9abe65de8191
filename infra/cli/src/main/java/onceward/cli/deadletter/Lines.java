package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** The fields of an answer, one a line. */
final class Lines {

  private Lines() {}

  static String of(JsonNode fields, String... without) {
    var left = Set.of(without);
    var lines = new StringBuilder();
    fields.properties().stream()
        .filter(field -> !left.contains(field.getKey()))
        .forEach(field ->
            lines.append("%-17s %s%n".formatted(field.getKey(), field.getValue().asText())));
    return lines.toString();
  }
}
