package onceward.localstack.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which cluster a data directory holds, and on which timeline: from its files, so that a server
 * need not run. Every promotion and every recovery begins a new timeline. Immutable.
 *
 * @param systemIdentifier that a cluster has in common with its copies
 * @param timeline the latest one that the directory knows of
 */
public record ClusterTimeline(String systemIdentifier, int timeline) {

  // The same in all versions from 11 on: the identifier, version, catalogue version, state, time
  // and place of the last checkpoint, its redo place, its timeline.
  private static final int TIMELINE_OFFSET = 48;

  private static final Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");
  private static final int HEXADECIMAL = 16;

  /** That of a data directory; empty if no cluster is there. */
  public static Optional<ClusterTimeline> of(Path dataDirectory) {
    try {
      var control =
          ByteBuffer.wrap(Files.readAllBytes(dataDirectory.resolve("global").resolve("pg_control")))
              .order(ByteOrder.nativeOrder());
      return Optional.of(
          new ClusterTimeline(
              Long.toString(control.getLong(0)),
              Math.max(control.getInt(TIMELINE_OFFSET), begun(dataDirectory.resolve("pg_wal")))));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A promoted server writes this file at once; its control file follows minutes later. */
  private static int begun(Path log) throws IOException {
    try (var files = Files.list(log)) {
      return files
          .map(file -> HISTORY.matcher(file.getFileName().toString()))
          .filter(matcher -> matcher.matches())
          .mapToInt(matcher -> Integer.parseInt(matcher.group(1), HEXADECIMAL))
          .max()
          .orElse(0);
    }
  }
}
