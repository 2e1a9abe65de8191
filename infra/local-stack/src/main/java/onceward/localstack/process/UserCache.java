package onceward.localstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** This user's cache: files that save time, may be lost, and that no other user may touch. */
public final class UserCache {

  private UserCache() {}

  /** {@code $XDG_CACHE_HOME/onceward/<name>}, by default below {@code ~/.cache}; created. */
  public static Path directory(String name) {
    Path caches =
        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
            .filter(value -> !value.isBlank())
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"));
    try {
      Path ours = Files.createDirectories(caches.resolve("onceward"));
      Files.setPosixFilePermissions(ours, PosixFilePermissions.fromString("rwx------"));
      return Files.createDirectories(ours.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
