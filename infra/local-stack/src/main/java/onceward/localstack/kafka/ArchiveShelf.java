package onceward.localstack.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Limits the number of class archives; each takes some 50 MB. */
final class ArchiveShelf {

  private static final int OTHERS_MAX = 5;

  private ArchiveShelf() {}

  /** Deletes the oldest archives beside the one that is wanted. A JVM that uses one keeps it. */
  static void makeRoom(Path directory, Path wanted) {
    try (Stream<Path> entries = Files.list(directory)) {
      List<Path> tooMany =
          entries
              .filter(path -> path.toString().endsWith(".jsa") && !path.equals(wanted))
              .sorted(Comparator.comparingLong(ArchiveShelf::modified).reversed())
              .skip(OTHERS_MAX)
              .toList();
      for (Path archive : tooMany) {
        Files.deleteIfExists(archive);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long modified(Path path) {
    return path.toFile().lastModified();
  }
}
