package onceward.benchmarks.debezium;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onceward.localstack.ProjectRoot;
import onceward.localstack.process.Trees;
import onceward.localstack.process.UserCache;

/**
 * Debezium Server as its project releases it, unpacked in the user's cache. Maven fetches it once,
 * from wherever the user's settings say, and keeps the archive (780 MB) among its own files.
 *
 * @param directory with the jar of the server and the folder {@code lib}
 */
public record Distribution(Path directory) {

  /** What figures were taken with, so that a later release of Debezium does not change them. */
  public static final String VERSION = "3.6.1.Final";

  /** The class that starts the server. */
  public static final String MAIN = "io.debezium.server.Main";

  private static final String VERSION_PATTERN = "[0-9A-Za-z.-]{1,40}";

  /**
   * The distribution of a version, fetched if the cache does not have it.
   *
   * @throws IllegalStateException if Maven cannot fetch it
   */
  public static Distribution find(String version) {
    if (!version.matches(VERSION_PATTERN)) {
      throw new IllegalStateException(
          "--debezium-version '%s' is not allowed; allowed: a version such as %s"
              .formatted(version, VERSION));
    }
    var cached = UserCache.directory("debezium-server").resolve(version);
    if (!Files.isDirectory(cached)) {
      fetch(version, cached);
    }
    return new Distribution(cached.resolve("debezium-server"));
  }

  /** The jar of the server and all of {@code lib}. */
  public String classPath() {
    return Stream.concat(jars(directory), jars(directory.resolve("lib")))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<Path> jars(Path folder) {
    try (var entries = Files.list(folder)) {
      return entries
          .filter(entry -> entry.getFileName().toString().endsWith(".jar"))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the cache of Debezium Server is incomplete; remove " + folder.getParent(), e);
    }
  }

  private static void fetch(String version, Path to) {
    System.err.printf("Fetching Debezium Server %s with Maven, once (780 MB) …%n", version);
    try {
      var fresh = Files.createTempDirectory(to.getParent(), ".fetch-");
      var log = fresh.resolve("maven.log");
      var unpacked = fresh.resolve("unpacked");
      if (maven(version, unpacked, log) != 0) {
        throw new IllegalStateException(
            "Maven cannot fetch Debezium Server %s; another version may be had by --debezium-version. %s"
                .formatted(version, firstError(log)));
      }
      Files.move(unpacked, to);
      Trees.delete(fresh);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot fetch Debezium Server", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Maven fetched Debezium Server", e);
    }
  }

  /** In the project, whose pom names the version of the plugin. */
  private static int maven(String version, Path to, Path log)
      throws IOException, InterruptedException {
    var command =
        List.of(
            "mvn",
            "--batch-mode",
            "--non-recursive",
            "-Dstyle.color=never",
            "dependency:unpack",
            "-Dartifact=io.debezium:debezium-server-dist:%s:tar.gz".formatted(version),
            "-DoutputDirectory=" + to,
            // What was unpacked once would not be unpacked again, though the cache may be gone.
            "-Dmdep.overWriteReleases=true",
            // Those are for Cassandra.
            "-Dmdep.unpack.excludes=**/connectors/**");
    return new ProcessBuilder(command)
        .directory(ProjectRoot.require().toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start()
        .waitFor();
  }

  private static String firstError(Path log) throws IOException {
    try (var lines = Files.lines(log, UTF_8)) {
      return lines.filter(line -> line.startsWith("[ERROR]")).findFirst().orElse("")
          + " Its log: "
          + log;
    }
  }
}
