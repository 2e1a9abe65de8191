package onceward.cli.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: what was closed lies in the file, also when the command was killed while it wrote. */
class ArchiveFileTest {

  @TempDir private Path directory;

  @Test
  void a_line_that_was_cut_off_is_passed_over_and_the_next_command_adds_behind_it()
      throws Exception {
    var file = directory.resolve("letters.jsonl");
    write(file, "1");
    Files.writeString(file, "{\"id\":\"2\",\"val", StandardOpenOption.APPEND);
    write(file, "3");

    assertThat(ArchiveFile.read(file))
        .extracting(letter -> letter.path("id").asText())
        .containsExactly("1", "3");
  }

  private static void write(Path file, String id) throws Exception {
    try (var archive = ArchiveFile.append(file)) {
      archive.write(
          JsonNodeFactory.instance
              .arrayNode()
              .add(JsonNodeFactory.instance.objectNode().put("id", id)));
    }
  }
}
