package onceward.localstack.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The class path of this JVM for programs that tests start, and archives of the classes that these
 * programs load. Every JVM of tests that names the same directory shares them: the first one makes
 * what it needs while the others wait, and it is kept until a class changes.
 *
 * <p>For tests; thread-safe.
 */
public final class ArchivedClassPath {

  private static final String LOCK = "lock";
  private static final String CLASS_PATH = "class-path";

  private final Path root;
  private final Path directory;
  private final String classPath;

  private ArchivedClassPath(Path root, Path directory, String classPath) {
    this.root = root;
    this.directory = directory;
    this.classPath = classPath;
  }

  /**
   * The class path, packed into jars unless they are there.
   *
   * @param root for the jars and the archives, and nothing else: those of older classes are deleted
   */
  public static ArchivedClassPath in(Path root) throws Exception {
    var absolute = root.toAbsolutePath();
    Files.createDirectories(absolute);
    return locked(absolute, () -> pack(absolute));
  }

  private static ArchivedClassPath pack(Path root) throws IOException {
    var directory = root.resolve(JarredClassPath.fingerprint());
    var list = directory.resolve(CLASS_PATH);
    if (!Files.exists(list)) {
      deleteOlder(root);
      Files.createDirectory(directory);
      Files.writeString(list, JarredClassPath.in(directory));
    }
    return new ArchivedClassPath(root, directory, Files.readString(list));
  }

  private static void deleteOlder(Path root) throws IOException {
    try (var entries = Files.list(root)) {
      entries.filter(Files::isDirectory).forEach(Trees::delete);
    }
  }

  public String classPath() {
    return classPath;
  }

  /**
   * The archive of one program.
   *
   * @param making is called if there is none yet: to have the program load its classes, leave the
   *     archive in that file, and end; it must not ask for an archive itself
   * @throws IllegalStateException if it leaves none
   */
  public Path archive(String program, Making making) throws Exception {
    var archive = directory.resolve(program + ".jsa");
    if (!Files.exists(archive)) {
      locked(root, () -> make(archive, making));
    }
    return archive;
  }

  private static Path make(Path archive, Making making) throws Exception {
    if (!Files.exists(archive)) {
      // Under another name until it is whole: others look for it without the lock.
      var unfinished = Path.of(archive + ".new");
      Files.deleteIfExists(unfinished);
      making.leave(unfinished);
      if (!Files.exists(unfinished)) {
        throw new IllegalStateException("no program has left " + unfinished);
      }
      Files.move(unfinished, archive);
    }
    return archive;
  }

  /** One thread of one JVM at a time: a file lock alone is refused to a second thread. */
  private static <T> T locked(Path root, Work<T> work) throws Exception {
    synchronized (ArchivedClassPath.class) {
      try (var file =
          FileChannel.open(
              root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        // Until the file is closed.
        file.lock();
        return work.call();
      }
    }
  }

  /** Runs a program for the sake of its archive. */
  @FunctionalInterface
  public interface Making {
    void leave(Path archive) throws Exception;
  }

  @FunctionalInterface
  private interface Work<T> {
    T call() throws Exception;
  }
}
