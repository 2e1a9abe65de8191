package onceward.localstack.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The ports that JVMs of this user have chosen. A port is claimed by a lock on one byte of a file
 * that all these JVMs share, at the offset of the port's number. The system releases a claim when
 * the JVM ends, however it ends. Thread-safe.
 */
final class PortClaims {

  /** Never closed: with that, the system would release the claims. */
  private static @Nullable FileChannel file;

  private PortClaims() {}

  /** Returns false if this JVM or another has claimed the port before. */
  static synchronized boolean claim(int port) {
    try {
      if (file == null) {
        file = FileChannel.open(path(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      }
      return file.tryLock(port, 1, false) != null;
    } catch (OverlappingFileLockException thisJvm) {
      return false;
    } catch (IOException e) {
      throw cannotClaim(e);
    }
  }

  private static Path path() {
    return Path.of(
        System.getProperty("java.io.tmpdir"), "onceward-ports-" + System.getProperty("user.name"));
  }

  private static StackException cannotClaim(IOException e) {
    return new StackException(
        "Cannot claim a free port in %s (%s): have this user own that file and write to its directory, choose another directory with JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIRECTORY, or name all ports."
            .formatted(path(), e),
        e);
  }
}
