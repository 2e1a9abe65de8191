package onceward.relay.quarantine;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import onceward.relay.ParkedSteps;
import org.junit.jupiter.api.Test;

/** What is written in several places about the states of a parked message agrees. */
class ParkedStateTest {

  private static final Path DOCS = Path.of("..", "infra", "docs", "state-machines.md");
  private static final Path SCRIPT = Path.of("standalone.sql");
  private static final Path MIGRATION =
      Path.of(
          "..",
          "infra",
          "messaging",
          "src",
          "main",
          "resources",
          "onceward",
          "messaging",
          "migration",
          "V0_12__relay_parked_state.sql");

  private static final Pattern SECTION =
      Pattern.compile("(?s)## Parked message(.*?)(?=\\n## |\\z)");
  private static final Pattern DRAWING = Pattern.compile("(?s)```\\n(.*?)```");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\S+) \\| .* \\| (\\S+) \\|$");
  private static final Pattern COLUMN = Pattern.compile("(?s)add column (state .*?);\n");
  private static final Pattern DERIVED = Pattern.compile("(?:then|else) '([A-Z_]+)'\n");

  @Test
  void the_table_of_edges_names_every_edge_and_no_other() throws IOException {
    var edges =
        ROW.matcher(section())
            .results()
            .map(row -> row.group(1) + " > " + row.group(2))
            .filter(edge -> !edge.equals("from > to"))
            .collect(toSet());

    assertThat(edges).isEqualTo(ParkedSteps.allowed());
  }

  @Test
  void the_drawing_names_every_state() throws IOException {
    assertThat(first(DRAWING, section())).contains(names());
  }

  @Test
  void the_server_derives_every_state() throws IOException {
    assertThat(DERIVED.matcher(column(MIGRATION)).results().map(found -> found.group(1)))
        .containsExactlyInAnyOrder(names());
  }

  @Test
  void the_script_for_outboxes_of_others_makes_the_same_column_as_the_migration()
      throws IOException {
    assertThat(column(SCRIPT)).isEqualTo(column(MIGRATION));
  }

  private static String section() throws IOException {
    return first(SECTION, Files.readString(DOCS));
  }

  private static String column(Path file) throws IOException {
    return first(COLUMN, Files.readString(file).replace("if not exists ", ""));
  }

  private static String first(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).findFirst().orElseThrow();
  }

  private static String[] names() {
    return Arrays.stream(ParkedState.values()).map(ParkedState::name).toArray(String[]::new);
  }
}
