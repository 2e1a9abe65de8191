package onceward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import onceward.localstack.ProjectRoot;
import org.junit.jupiter.api.Test;

/** The script {@code infra/onceward}. */
final class ScriptTest {

  /** What bash 3.2 does not know: macOS has no later one. */
  private static final String OF_LATER_VERSIONS =
      "\\[-\\d|declare -A|local -[An]|mapfile|readarray|&>>|\\|&|(,,|\\^\\^)\\}|\\[\\[ -v";

  @Test
  void the_bash_of_macos_knows_all_that_scripts_use() throws IOException {
    for (String script :
        List.of(
            "infra/onceward", "infra/end-to-end/soak", "infra/end-to-end/side-by-side", ".ci/run")) {
      assertThat(Files.readString(ProjectRoot.require().resolve(script)))
          .as(script)
          .doesNotContainPattern(OF_LATER_VERSIONS);
    }
  }
}
