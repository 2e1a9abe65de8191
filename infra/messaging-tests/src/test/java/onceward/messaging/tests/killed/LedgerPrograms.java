package onceward.messaging.tests.killed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import onceward.localstack.process.ArchivedClassPath;
import onceward.messaging.subscription.Versions;
import onceward.messaging.testkit.TestService;

/**
 * Starts {@link LedgerProgram} in JVMs of its own, one at a time. They start from an archive of
 * loaded classes, which the first one of all tests leaves behind.
 */
final class LedgerPrograms {

  private static final Path SHARED = Path.of("target", "ledger-programs");
  private static final int PREPARE_SECONDS = 300;

  private static final List<String> OPTIONS =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final Path directory;
  private final ArchivedClassPath classes;
  private final Map<String, String> properties;
  private String archive = "";
  private boolean prepared;
  private int started;

  LedgerPrograms(TestService service, String topic, Versions versions, Path directory)
      throws Exception {
    this.directory = directory;
    this.classes = ArchivedClassPath.in(SHARED);
    this.properties = new HashMap<>(service.properties());
    properties.put("killed.topic", topic);
    properties.put("killed.versions", versions.name());
    properties.put("datasources.default.minimum-idle", "1");
  }

  /** Lets the first one migrate the database and handle what there is, and end in good order. */
  void prepare(Callable<Boolean> handled) throws Exception {
    var archived =
        classes.archive("program", file -> prepare("-XX:ArchiveClassesAtExit=" + file, handled));
    if (!prepared) {
      prepare("-XX:SharedArchiveFile=" + archived, handled);
    }
    archive = "-XX:SharedArchiveFile=" + archived;
    properties.put("flyway.datasources.migrator.enabled", "false");
  }

  private void prepare(String archive, Callable<Boolean> handled) throws Exception {
    this.archive = archive;
    try (var first = start()) {
      await("first " + first).atMost(PREPARE_SECONDS, SECONDS).until(handled);
      first.stop();
    }
    prepared = true;
  }

  /** One that tells when it has come to the point for the hit-th time. */
  LedgerProcess start(Point point, int hit) throws IOException {
    return start(Map.of("killed.point", point.name(), "killed.hit", Integer.toString(hit)));
  }

  /** One that runs on. */
  LedgerProcess start() throws IOException {
    return start(Map.of());
  }

  private LedgerProcess start(Map<String, String> more) throws IOException {
    var output = directory.resolve("program-%d.log".formatted(++started));
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(java, "@" + argumentFile(more))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new LedgerProcess(process, output);
  }

  /** A file, because a class path is long, and passwords are not for everybody to see. */
  private Path argumentFile(Map<String, String> more) throws IOException {
    var arguments = new ArrayList<>(OPTIONS);
    arguments.add(archive);
    arguments.add("-cp");
    arguments.add(classes.classPath());
    properties.forEach((name, value) -> arguments.add("-D" + name + "=" + value));
    more.forEach((name, value) -> arguments.add("-D" + name + "=" + value));
    arguments.add(LedgerProgram.class.getName());
    var file = directory.resolve("arguments-" + started);
    return Files.write(file, arguments.stream().map(LedgerPrograms::quoted).toList());
  }

  private static String quoted(String argument) {
    return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
