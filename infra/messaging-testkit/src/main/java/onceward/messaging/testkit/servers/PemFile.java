package onceward.messaging.testkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A file that only its owner reads, and that is never seen half written. */
final class PemFile {

  private PemFile() {}

  static Path write(Path file, String content) {
    try {
      Files.createDirectories(file.resolveSibling(""));
      var next = file.resolveSibling(file.getFileName() + ".next");
      Files.writeString(next, content);
      Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
      return Files.move(
          next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
