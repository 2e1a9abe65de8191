package onceward.localstack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivateFilesTest {

  @TempDir private Path directory;

  @Test
  void what_cannot_be_written_leaves_nothing_behind() throws IOException {
    Path taken = directory.resolve("taken");
    Files.createFile(Files.createDirectory(taken).resolve("by a directory"));

    assertThatThrownBy(() -> PrivateFiles.write(taken, "secret"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(taken.toString());
    assertThat(directory.toFile().list()).containsExactly("taken");
  }
}
