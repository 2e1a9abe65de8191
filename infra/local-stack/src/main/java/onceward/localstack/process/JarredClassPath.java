package onceward.localstack.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The class path of this JVM with its folders packed into jars, because an archive of loaded
 * classes may contain classes of jars only. For tests; thread-safe.
 */
public final class JarredClassPath {

  private JarredClassPath() {}

  /** The class path; the jars go into the directory. */
  public static String in(Path directory) {
    return entries()
        .map(entry -> Files.isDirectory(entry) ? pack(entry, directory) : entry)
        .map(Path::toString)
        .collect(joining(File.pathSeparator));
  }

  /** A name that changes with the Java version and with every file of the class path. */
  static String fingerprint() throws IOException {
    var text = new StringBuilder(System.getProperty("java.vm.version"));
    for (var entry : entries().toList()) {
      // A folder's files, or a jar.
      try (var files = Files.walk(entry)) {
        for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
          text.append(file).append(Files.getLastModifiedTime(file)).append(Files.size(file));
        }
      }
    }
    return UUID.nameUUIDFromBytes(text.toString().getBytes(UTF_8)).toString();
  }

  /** Surefire starts tests from a jar that only points to the real class path. */
  private static Stream<Path> entries() {
    var classPath =
        Optional.ofNullable(System.getProperty("surefire.test.class.path"))
            .orElseGet(() -> System.getProperty("java.class.path"));
    return Arrays.stream(classPath.split(File.pathSeparator)).map(Path::of).filter(Files::exists);
  }

  private static Path pack(Path folder, Path directory) {
    try {
      var jar = Files.createTempFile(directory, "classes-", ".jar");
      try (var out = new JarOutputStream(Files.newOutputStream(jar));
          var files = Files.walk(folder)) {
        for (var file : files.skip(1).toList()) {
          add(folder.relativize(file).toString(), file, out);
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot pack " + folder, e);
    }
  }

  /** Folders have entries of their own: Micronaut looks for its beans in some by name. */
  private static void add(String name, Path file, JarOutputStream out) throws IOException {
    if (Files.isDirectory(file)) {
      out.putNextEntry(new JarEntry(name + "/"));
    } else {
      out.putNextEntry(new JarEntry(name));
      Files.copy(file, out);
    }
  }
}
