package onceward.messaging.tests.resilience;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import onceward.localstack.process.JavaCommand;
import onceward.localstack.process.Launch;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.Signal;

/** A member in a process of its own, which can be stopped for a while without knowing of it. */
final class Frozen implements AutoCloseable {

  private static final int HEAP_MB = 192;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path directory;
  private final ProcessId process;

  private Frozen(Path directory, ProcessId process) {
    this.directory = directory;
    this.process = process;
  }

  static Frozen start(Map<String, Object> settings) throws IOException {
    var directory = Files.createTempDirectory("onceward-frozen-");
    var file = directory.resolve("member.properties");
    var properties = new Properties();
    settings.forEach((name, value) -> properties.setProperty(name, value.toString()));
    try (var writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    var classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var command =
        JavaCommand.withHeap(HEAP_MB)
            .flag("-XX:TieredStopAtLevel=1")
            .main(classPath, Frozen.class.getName(), file.toString());
    var process = new Launch(command, Map.of(), directory.resolve("member.log")).start();
    return new Frozen(directory, process);
  }

  /** Runs until whoever started it is gone. */
  public static void main(String... arguments) throws IOException {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(Path.of(arguments[0]))) {
      properties.load(reader);
    }
    var settings = new HashMap<String, Object>();
    properties.forEach((name, value) -> settings.put(name.toString(), value));
    var server = ApplicationContext.run(EmbeddedServer.class, settings);
    var _ = ProcessHandle.current().parent().map(parent -> parent.onExit().join());
    server.close();
  }

  void freeze() {
    process.pause(PATIENCE);
  }

  void thaw() {
    process.send(Signal.CONT);
  }

  String log() throws IOException {
    return Files.readString(directory.resolve("member.log"));
  }

  @Override
  public void close() {
    process.send(Signal.CONT);
    process.end(PATIENCE, Signal.TERM, Signal.KILL);
    for (var file : new String[] {"member.properties", "member.log", ""}) {
      directory.resolve(file).toFile().delete();
    }
  }
}
