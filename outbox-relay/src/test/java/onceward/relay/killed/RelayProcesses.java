package onceward.relay.killed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onceward.localstack.process.ArchivedClassPath;
import onceward.localstack.process.Ports;
import onceward.messaging.testkit.TestServers;
import onceward.relay.OutboxDatabase;

/**
 * Starts relays in JVMs of their own. They start from an archive of loaded classes, which a relay
 * leaves that is run for that alone.
 */
final class RelayProcesses {

  static final String PIPELINE = "shop";

  private static final Path SHARED = Path.of("target", "relay-processes");
  private static final int ARCHIVE_SECONDS = 240;

  private static final List<String> OPTIONS =
      List.of(
          "-Xmx256m",
          "-XX:+UseSerialGC",
          // They live shorter than the second compiler needs to pay for itself.
          "-XX:TieredStopAtLevel=1",
          // Not --enable-native-access, with which the JVM cannot use all of a class archive.
          "--illegal-native-access=allow",
          "--sun-misc-unsafe-memory-access=allow");

  private final Path directory;
  private final ArchivedClassPath classes;
  private final Map<String, Object> properties;

  /**
   * @param directory for what they print and are told
   */
  RelayProcesses(OutboxDatabase database, Path directory) throws Exception {
    this(database, directory, ArchivedClassPath.in(SHARED));
  }

  private RelayProcesses(OutboxDatabase database, Path directory, ArchivedClassPath classes) {
    this.directory = directory;
    this.classes = classes;
    this.properties = new HashMap<>(database.properties(PIPELINE));
    properties.put("kafka.bootstrap-servers", TestServers.kafka().bootstrapServers());
  }

  /** A setting of the pipeline of all that start from now on. */
  RelayProcesses with(String setting, String value) {
    properties.put("relay.pipelines." + PIPELINE + "." + setting, value);
    return this;
  }

  /** Starts a main class, with settings of its own. */
  RelayProcess start(String mainClass, Map<String, Object> more) throws Exception {
    var archive = classes.archive(mainClass, file -> leaveArchive(mainClass, file));
    return start(mainClass, more, "-XX:SharedArchiveFile=" + archive);
  }

  /** By one that has published a message. */
  private void leaveArchive(String mainClass, Path file) throws Exception {
    try (var database = OutboxDatabase.create();
        var topic = PublishedTopic.create()) {
      database.append(topic.aggregateType(), "a", 1);
      try (var relay =
          new RelayProcesses(database, directory, classes)
              .start(
                  mainClass,
                  RelayProgram.settings(Ports.free()),
                  "-XX:ArchiveClassesAtExit=" + file)) {
        relay.begin();
        await("archive by " + relay)
            .atMost(ARCHIVE_SECONDS, SECONDS)
            .until(() -> {
              topic.readOn();
              return topic.has("a");
            });
        relay.end();
      }
    }
  }

  private RelayProcess start(String mainClass, Map<String, Object> more, String archive)
      throws IOException {
    var output = Files.createTempFile(directory, "relay-", ".log");
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(java, "@" + argumentFile(mainClass, more, archive))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new RelayProcess(process, output);
  }

  /** A file, because a class path is long, and passwords are not for everybody to see. */
  private Path argumentFile(String mainClass, Map<String, Object> more, String archive)
      throws IOException {
    var all = new HashMap<>(properties);
    all.putAll(more);
    var arguments = new ArrayList<>(OPTIONS);
    arguments.add(archive);
    arguments.add("-cp");
    arguments.add(classes.classPath());
    all.forEach((name, value) -> arguments.add("-D" + name + "=" + value));
    arguments.add(mainClass);
    var file = Files.createTempFile(directory, "arguments-", "");
    return Files.write(file, arguments.stream().map(RelayProcesses::quoted).toList());
  }

  private static String quoted(String argument) {
    return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
