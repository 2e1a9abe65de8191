package onceward.relay.killed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import onceward.localstack.process.JarredClassPath;
import onceward.messaging.testkit.TestServers;
import onceward.relay.OutboxDatabase;

/**
 * Starts relays in JVMs of their own. They start from an archive of loaded classes that the first
 * one leaves behind which ends in good order.
 */
final class RelayProcesses {

  static final String PIPELINE = "shop";

  private static final List<String> OPTIONS =
      List.of(
          "-Xmx256m",
          "-XX:+UseSerialGC",
          // They live shorter than the second compiler needs to pay for itself.
          "-XX:TieredStopAtLevel=1",
          "-XX:+AutoCreateSharedArchive",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /** By their directories: an archive belongs to the jars of which it was made. */
  private static final Map<Path, String> CLASS_PATHS = new ConcurrentHashMap<>();

  private final Path directory;
  private final String classPath;
  private final Map<String, Object> properties;

  RelayProcesses(OutboxDatabase database, Path directory) {
    this.directory = directory;
    this.classPath = CLASS_PATHS.computeIfAbsent(directory, JarredClassPath::in);
    this.properties = new HashMap<>(database.properties(PIPELINE));
    properties.put("kafka.bootstrap-servers", TestServers.kafka().bootstrapServers());
  }

  /** A setting of the pipeline of all that start from now on. */
  RelayProcesses with(String setting, String value) {
    properties.put("relay.pipelines." + PIPELINE + "." + setting, value);
    return this;
  }

  /** Starts a main class, with settings of its own. */
  RelayProcess start(String mainClass, Map<String, Object> more) throws IOException {
    var output = Files.createTempFile(directory, "relay-", ".log");
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(java, "@" + argumentFile(mainClass, more))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new RelayProcess(process, output);
  }

  /** A file, because a class path is long, and passwords are not for everybody to see. */
  private Path argumentFile(String mainClass, Map<String, Object> more) throws IOException {
    var all = new HashMap<>(properties);
    all.putAll(more);
    var arguments = new ArrayList<>(OPTIONS);
    arguments.add("-XX:SharedArchiveFile=" + archive(mainClass));
    arguments.add("-cp");
    arguments.add(classPath);
    all.forEach((name, value) -> arguments.add("-D" + name + "=" + value));
    arguments.add(mainClass);
    var file = Files.createTempFile(directory, "arguments-", "");
    return Files.write(file, arguments.stream().map(RelayProcesses::quoted).toList());
  }

  /** Of its classes, once one has ended in good order. */
  Path archive(String mainClass) {
    return directory.resolve(mainClass + ".jsa");
  }

  private static String quoted(String argument) {
    return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
