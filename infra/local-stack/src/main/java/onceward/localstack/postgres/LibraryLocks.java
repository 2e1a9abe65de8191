package onceward.localstack.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The library locks a data directory until its object is closed or the JVM ends. We stop servers by
 * their process, also those of other JVMs, so the object is kept here to be closed afterwards.
 */
final class LibraryLocks {

  private static final Map<Path, EmbeddedPostgres> HELD = new ConcurrentHashMap<>();

  private LibraryLocks() {}

  static void remember(Path dataDirectory, EmbeddedPostgres library) {
    HELD.put(dataDirectory, library);
  }

  /** To be called when the server of that directory is known to be dead. */
  static void release(Path dataDirectory) {
    EmbeddedPostgres library = HELD.remove(dataDirectory);
    if (library == null) {
      return;
    }
    try {
      library.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
