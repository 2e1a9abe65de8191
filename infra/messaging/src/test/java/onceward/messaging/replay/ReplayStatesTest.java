package onceward.messaging.replay;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Goal: the drawing of a replay's states is true, and the database knows every state. */
class ReplayStatesTest {

  private static final Path PAGE = Path.of("../docs/state-machines.md");
  private static final Path MIGRATION =
      Path.of("src/main/resources/onceward/messaging/migration/V0_16__replay.sql");
  private static final Pattern ROW = Pattern.compile("^\\| (\\S+) \\| .* \\| (\\S+) \\|$");

  @Test
  void the_table_of_edges_names_every_edge_and_no_other() throws IOException {
    var declared = new TreeSet<String>();
    for (var from : ReplayState.values()) {
      from.next().forEach(to -> declared.add(from + " > " + to));
    }
    var drawn =
        Files.readAllLines(PAGE).stream()
            .dropWhile(line -> !line.startsWith("## Replay"))
            .dropWhile(line -> !line.startsWith("| from | event |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("| "))
            .flatMap(line -> ROW.matcher(line).results())
            .map(row -> row.group(1) + " > " + row.group(2))
            .collect(toCollection(TreeSet::new));

    assertThat(drawn).isEqualTo(declared);
  }

  @Test
  void the_database_knows_every_state() throws IOException {
    var states = Arrays.stream(ReplayState.values()).map(ReplayState::text).toList();

    assertThat(Files.readString(MIGRATION))
        .contains("('%s')".formatted(String.join("', '", states)));
  }
}
