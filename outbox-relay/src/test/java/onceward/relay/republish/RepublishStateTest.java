package onceward.relay.republish;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import onceward.relay.republish.RepublishRequests.Action;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written in several places about requests to republish agrees. */
class RepublishStateTest {

  private static final Path DOCS = Path.of("..", "infra", "docs", "state-machines.md");
  private static final Path SCRIPT = Path.of("standalone.sql");
  private static final Path MIGRATIONS =
      Path.of(
          "..",
          "infra",
          "messaging",
          "src",
          "main",
          "resources",
          "onceward",
          "messaging",
          "migration");
  private static final Path MIGRATION = MIGRATIONS.resolve("V0_21__relay_republish.sql");
  private static final Path LATER_MIGRATION = MIGRATIONS.resolve("V0_40__relay_republished.sql");

  private static final Pattern SECTION =
      Pattern.compile("(?s)## Republish request(.*?)(?=\\n## |\\z)");
  private static final Pattern DRAWING = Pattern.compile("(?s)```\\n(.*?)```");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\S+) \\| .* \\| (\\S+) \\|$");
  private static final Pattern TABLES =
      Pattern.compile("(?s)(create table relay_republish \\(.*?)\\n\\s*(?:grant select|-- Which)");
  private static final Pattern PUBLISHED_AGAIN =
      Pattern.compile("(?s)(create table relay_republished \\(.*?\\n\\);)");
  private static final Pattern COMMENT_LINE = Pattern.compile("(?m)^ *--.*\\n");

  @Test
  void the_table_of_edges_names_every_edge_and_no_other() throws IOException {
    var written =
        ROW.matcher(section())
            .results()
            .map(row -> row.group(1) + " > " + row.group(2))
            .filter(edge -> !edge.equals("from > to"))
            .collect(toSet());
    var declared =
        Stream.concat(
                Stream.of("(none) > " + RepublishState.COLLECTING),
                Arrays.stream(RepublishState.values())
                    .flatMap(state -> state.next().stream().map(next -> state + " > " + next)))
            .collect(toSet());

    assertThat(written).isEqualTo(declared);
  }

  @Test
  void the_drawing_and_the_migration_name_every_state() throws IOException {
    var names =
        Arrays.stream(RepublishState.values()).map(RepublishState::name).toArray(String[]::new);

    assertThat(first(DRAWING, section())).contains(names);
    assertThat(Files.readString(MIGRATION)).contains(names);
    assertThat(Files.readString(MIGRATION))
        .contains(
            Arrays.stream(Unpublished.values()).map(Unpublished::name).toArray(String[]::new));
  }

  /** An operator takes only edges that are declared. */
  @ParameterizedTest
  @EnumSource
  void an_action_begins_in_states_from_which_there_is_an_edge(Action action) {
    assertThat(action.from())
        .isNotEmpty()
        .allSatisfy(state -> assertThat(state.next()).contains(action.next()));
  }

  @Test
  void the_script_for_outboxes_of_others_makes_the_same_tables_as_the_migration()
      throws IOException {
    var script =
        Files.readString(SCRIPT).replace("if not exists ", "").replace("public.relay_", "relay_");

    assertThat(first(TABLES, script))
        .isEqualToNormalizingNewlines(first(TABLES, Files.readString(MIGRATION)));
    assertThat(first(PUBLISHED_AGAIN, script))
        .isEqualToNormalizingNewlines(
            COMMENT_LINE
                .matcher(first(PUBLISHED_AGAIN, Files.readString(LATER_MIGRATION)))
                .replaceAll(""));
  }

  private static String section() throws IOException {
    return first(SECTION, Files.readString(DOCS));
  }

  private static String first(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(found -> found.group(1).strip())
        .findFirst()
        .orElseThrow();
  }
}
