package onceward.messaging.start;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Goal: whoever looks a setting up, in the page or in an editor that completes it, reads what the
 * code does. Method: the page against the metadata that the framework makes of the configuration
 * classes and against what start-up checks.
 */
class SettingsTableTest {

  private static final Path PAGE = Path.of("docs/settings.md");
  private static final String METADATA = "META-INF/spring-configuration-metadata.json";

  @Test
  void every_setting_is_checked_at_start_and_described() throws Exception {
    var checked = MessagingSettings.ALL.stream().map(Setting::property).toList();
    var described = described();

    assertThat(checked).containsAll(described.keySet());
    assertThat(described)
        .allSatisfy((name, property) ->
            assertThat(property.path("description").asText()).as(name).isNotBlank());
  }

  @Test
  void the_page_lists_every_setting_with_its_default_what_is_allowed_and_what_it_does()
      throws Exception {
    var described = described();
    var page = Files.readAllLines(PAGE);

    assertThat(page)
        .filteredOn(line -> line.startsWith("| `messaging."))
        .isNotEmpty()
        .containsExactlyElementsOf(
            MessagingSettings.ALL.stream()
                .filter(setting -> described.containsKey(setting.property()))
                .map(setting -> line(setting, requireNonNull(described.get(setting.property()))))
                .toList());
    assertThat(page)
        .filteredOn(line -> line.startsWith("| `kafka."))
        .hasSameSizeAs(kafka())
        .allSatisfy(line ->
            assertThat(kafka())
                .anySatisfy(setting ->
                    assertThat(line)
                        .startsWith("| `%s` | ".formatted(setting.property()))
                        .contains(" | %s | ".formatted(setting.allowed()))));
  }

  private static List<Setting> kafka() {
    return MessagingSettings.ALL.stream()
        .filter(setting -> setting.property().startsWith("kafka."))
        .toList();
  }

  private static String line(Setting setting, JsonNode property) {
    var byDefault = property.path("defaultValue").asText("");
    return "| `%s` | %s | %s | %s |"
        .formatted(
            setting.property(),
            byDefault.isEmpty() ? "none" : "`" + byDefault + "`",
            setting.allowed(),
            inMarkdown(property.path("description").asText()));
  }

  private static String inMarkdown(String javadoc) {
    return javadoc.replaceAll("\\s+", " ").replaceAll("\\{@code ([^}]+)}", "`$1`");
  }

  /** By name, what the library's own jar says of its settings. */
  private static Map<String, JsonNode> described() throws IOException {
    var metadata = SettingsTableTest.class.getClassLoader().getResources(METADATA);
    return Collections.list(metadata).stream()
        .flatMap(SettingsTableTest::properties)
        .filter(property -> property.path("name").asText().startsWith("messaging."))
        .collect(
            toMap(
                property -> property.path("name").asText(),
                property -> property,
                (first, _) -> first,
                LinkedHashMap::new));
  }

  private static Stream<JsonNode> properties(URL metadata) {
    try (var json = metadata.openStream()) {
      return new ObjectMapper().readTree(json).path("properties").valueStream();
    } catch (IOException unreadable) {
      throw new AssertionError(metadata + " is no JSON", unreadable);
    }
  }
}
