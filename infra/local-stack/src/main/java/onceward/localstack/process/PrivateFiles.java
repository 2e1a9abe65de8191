package onceward.localstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only their owner may read. */
public final class PrivateFiles {

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private PrivateFiles() {}

  /**
   * Replaces the file in one step: a reader sees the old content or the new, never a part.
   *
   * @throws UncheckedIOException by a {@link FileSystemException} that names the file
   */
  public static void write(Path file, String content) {
    try {
      Path directory = Files.createDirectories(file.toAbsolutePath().getParent());
      Path fresh = Files.createTempFile(directory, ".new-", ".tmp", OWNER_ONLY);
      try {
        Files.write(fresh, content.getBytes(StandardCharsets.UTF_8));
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(named(file, e));
    }
  }

  /** Of a full disk, the operating system says only that it is full. */
  private static FileSystemException named(Path file, IOException failure) {
    if (failure instanceof FileSystemException names) {
      return names;
    }
    FileSystemException named =
        new FileSystemException(file.toString(), null, failure.getMessage());
    named.initCause(failure);
    return named;
  }
}
