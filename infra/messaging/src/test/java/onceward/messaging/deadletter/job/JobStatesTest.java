package onceward.messaging.deadletter.job;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Goal: the drawing of a job's states is true. */
class JobStatesTest {

  private static final Path PAGE = Path.of("../docs/state-machines.md");
  private static final Path MIGRATION =
      Path.of("src/main/resources/onceward/messaging/migration/V0_13_3__dead_letter_jobs.sql");
  private static final Pattern ROW = Pattern.compile("^\\| (\\S+) \\| .* \\| (\\S+) \\|$");

  @Test
  void the_tables_of_edges_name_every_edge_and_no_other() throws IOException {
    var declared = new TreeSet<String>();
    for (var from : JobState.values()) {
      from.next().forEach(to -> declared.add(from + " > " + to));
    }
    assertThat(edges("## Job of dead letters")).isEqualTo(declared);

    declared.clear();
    for (var from : ItemState.values()) {
      from.next().forEach(to -> declared.add(from + " > " + to));
    }
    assertThat(edges("Each letter of a job")).isEqualTo(declared);
  }

  @Test
  void the_database_knows_every_state() throws IOException {
    var sql = Files.readString(MIGRATION);

    assertThat(sql)
        .contains(list(Arrays.stream(JobState.values()).map(JobState::text).toList()))
        .contains(list(Arrays.stream(ItemState.values()).map(ItemState::text).toList()));
  }

  private static String list(List<String> states) {
    return "('%s')".formatted(String.join("', '", states));
  }

  private static SortedSet<String> edges(String heading) throws IOException {
    return Files.readAllLines(PAGE).stream()
        .dropWhile(line -> !line.startsWith(heading))
        .dropWhile(line -> !line.startsWith("| from | event |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("| "))
        .flatMap(line -> ROW.matcher(line).results())
        .map(row -> row.group(1) + " > " + row.group(2))
        .collect(toCollection(TreeSet::new));
  }
}
