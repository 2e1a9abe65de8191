package onceward.localstack.kafka;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The jars of this JVM's class path that the broker's JVM gets: those that Kafka's server needs, in
 * one order, so that every program and every module of tests starts its broker from the same class
 * archive. The first start without one takes more than twice the processor time of any later one.
 */
final class KafkaClassPath {

  /** What {@code kafka_2.13} depends on, and the log that {@link KafkaConfiguration} sets up. */
  private static final Set<String> ARTIFACTS =
      Set.of(
          "argparse4j",
          "caffeine",
          "commons-beanutils",
          "commons-collections",
          "commons-digester",
          "commons-logging",
          "commons-validator",
          "hash4j",
          "HdrHistogram",
          "jackson-annotations",
          "jackson-core",
          "jackson-databind",
          "jackson-dataformat-csv",
          "jackson-dataformat-yaml",
          "jackson-datatype-jdk8",
          "jopt-simple",
          "jose4j",
          "log4j-api",
          "log4j-core",
          "logback-classic",
          "logback-core",
          "lz4-java",
          "metrics-core",
          "pcollections",
          "re2j",
          "scala-library",
          "scala-logging_2.13",
          "scala-reflect",
          "slf4j-api",
          "snakeyaml",
          "snappy-java",
          "zstd-jni");

  private static final Pattern JAR = Pattern.compile("(.+?)-\\d[^/]*\\.jar");

  private KafkaClassPath() {}

  static String find() {
    return of(whole());
  }

  static String of(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator))
        .filter(entry -> isNeeded(Path.of(entry).getFileName().toString()))
        .sorted(Comparator.comparing(entry -> Path.of(entry).getFileName().toString()))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isNeeded(String fileName) {
    Matcher jar = JAR.matcher(fileName);
    return jar.matches() && (isKafka(jar.group(1)) || ARTIFACTS.contains(jar.group(1)));
  }

  private static boolean isKafka(String artifact) {
    return artifact.startsWith("kafka-") || artifact.startsWith("kafka_");
  }

  /** Surefire starts tests from a jar that only points to the real class path. */
  private static String whole() {
    return Optional.ofNullable(System.getProperty("surefire.test.class.path"))
        .orElseGet(() -> System.getProperty("java.class.path"));
  }
}
