package onceward.relay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of edges that operators read is that of the code. */
class DrawnPhasesTest {

  private static final Path PAGE = Path.of("../infra/docs/state-machines.md");
  private static final Pattern EDGE = Pattern.compile("(?m)^\\| ([A-Z_]+) \\| ([A-Z_]+) \\|");

  @Test
  void every_edge_is_drawn_and_no_other() throws Exception {
    var section = Files.readString(PAGE).split("(?m)^## ");
    var pipeline =
        Stream.of(section)
            .filter(one -> one.startsWith("Pipeline (outbox-relay)"))
            .findFirst()
            .orElseThrow();
    var drawn =
        EDGE.matcher(pipeline)
            .results()
            .map(edge -> edge.group(1) + " -> " + edge.group(2))
            .collect(Collectors.toCollection(TreeSet::new));

    var legal = new TreeSet<String>();
    for (var from : Phase.values()) {
      for (var to : Phase.values()) {
        if (from.mayBecome(to)) {
          legal.add(from + " -> " + to);
        }
      }
    }
    assertThat(drawn).isEqualTo(legal);
  }
}
