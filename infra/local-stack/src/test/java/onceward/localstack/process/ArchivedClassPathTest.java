package onceward.localstack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchivedClassPathTest {

  private static final int MANY = 8;

  @TempDir private Path root;

  @Test
  void it_has_jars_in_place_of_folders_and_is_packed_once() throws Exception {
    var first = ArchivedClassPath.in(root).classPath();

    assertThat(first.split(File.pathSeparator))
        .allMatch(entry -> Files.isRegularFile(Path.of(entry)));
    assertThat(ArchivedClassPath.in(root).classPath()).isEqualTo(first);
  }

  @Test
  void those_of_older_classes_are_deleted() throws Exception {
    var older = Files.createDirectory(root.resolve("older"));

    ArchivedClassPath.in(root);

    assertThat(older).doesNotExist();
  }

  @Test
  void an_archive_is_made_once_however_many_want_it() throws Exception {
    var classes = ArchivedClassPath.in(root);
    var made = new AtomicInteger();
    var wanted = new CountDownLatch(MANY);
    Callable<Path> want =
        () -> {
          wanted.countDown();
          return classes.archive(
              "program",
              file -> {
                wanted.await();
                Files.writeString(file, "made " + made.incrementAndGet());
              });
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var archives = threads.invokeAll(Collections.nCopies(MANY, want));

      assertThat(archives).allSatisfy(one -> assertThat(one.resultNow()).hasContent("made 1"));
    }
  }

  @Test
  void what_a_program_leaves_that_fails_is_no_archive() throws Exception {
    var classes = ArchivedClassPath.in(root);

    assertThatThrownBy(() ->
            classes.archive(
                "program",
                file -> {
                  Files.writeString(file, "half");
                  throw new IllegalStateException("it was killed");
                }))
        .hasMessage("it was killed");
    assertThatThrownBy(() -> classes.archive("program", _ -> {}))
        .hasMessageContaining("no program has left");

    assertThat(classes.archive("program", file -> Files.writeString(file, "whole")))
        .hasContent("whole");
  }
}
