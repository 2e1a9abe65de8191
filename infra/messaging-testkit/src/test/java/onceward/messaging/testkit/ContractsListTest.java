package onceward.messaging.testkit;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Goal: who reads the list of messages reads what the schemas say, of every one of them. */
class ContractsListTest {

  private static final Path CONTRACTS = Path.of(System.getProperty("onceward.contracts"));
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCHEMA = ".schema.json";

  @Test
  void the_readme_lists_every_message_with_its_topic_and_fields() throws IOException {
    var listed =
        Files.readString(CONTRACTS.resolve("README.md"))
            .lines()
            .filter(line -> line.startsWith("| `"))
            .toList();

    assertThat(listed).isNotEmpty().containsExactlyElementsOf(lines());
  }

  @Test
  void every_message_has_a_sample_that_holds_every_field_it_must() throws IOException {
    for (var schema : schemas()) {
      var topic = topicOf(schema);
      var type = typeOf(schema);
      assertThat(Contracts.violations(topic, type, Contracts.sample(topic, type)))
          .as(topic + "/" + type)
          .isEmpty();
    }
  }

  private static List<String> lines() throws IOException {
    return schemas().stream().map(ContractsListTest::line).toList();
  }

  private static String line(Path schema) {
    try {
      var contract = JSON.readTree(schema.toFile());
      return "| `%s` | `%s` | %s | %s |"
          .formatted(
              topicOf(schema),
              typeOf(schema),
              fields(contract),
              contract.path("description").asText());
    } catch (IOException unreadable) {
      throw new AssertionError(schema + " is no JSON", unreadable);
    }
  }

  private static String fields(JsonNode contract) {
    var required = new HashSet<String>();
    contract.path("required").forEach(name -> required.add(name.asText()));
    return contract
        .path("properties")
        .propertyStream()
        .map(field -> field(field.getKey(), field.getValue(), required))
        .collect(joining(", "));
  }

  private static String field(String name, JsonNode schema, Set<String> required) {
    var format = schema.path("format").asText(schema.path("type").asText());
    return "`%s` %s%s".formatted(name, format, required.contains(name) ? "" : ", optional");
  }

  private static String topicOf(Path schema) {
    return CONTRACTS.relativize(schema).getName(0).toString();
  }

  private static String typeOf(Path schema) {
    return schema.getFileName().toString().replace(SCHEMA, "");
  }

  private static List<Path> schemas() throws IOException {
    try (var files = Files.walk(CONTRACTS)) {
      return files.filter(file -> file.toString().endsWith(SCHEMA)).sorted().toList();
    }
  }
}
