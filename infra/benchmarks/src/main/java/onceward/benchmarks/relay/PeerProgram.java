package onceward.benchmarks.relay;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import onceward.benchmarks.peer.PeerSettings;
import onceward.localstack.process.JavaCommand;
import onceward.localstack.process.PrivateFiles;
import onceward.messaging.testkit.TestServers;

/** The start of a peer that is part of the benchmarks, with the flags of the relay's JVM. */
final class PeerProgram {

  private PeerProgram() {}

  static RelayProcess start(
      Class<?> program, int heapMb, OutboxAccess outbox, Path directory, BooleanSupplier isReady) {
    var settings = directory.resolve("settings.properties");
    PrivateFiles.write(settings, text(settings(outbox).properties()));
    var command =
        JavaCommand.withHeap(heapMb)
            .classArchive(directory.resolve("classes.jsa"))
            .main(System.getProperty("java.class.path"), program.getName(), settings.toString());
    return RelayProcess.start(command, directory.resolve("log"), isReady);
  }

  private static PeerSettings settings(OutboxAccess outbox) {
    return new PeerSettings(
        outbox.jdbcUrl(),
        outbox.username(),
        outbox.password(),
        outbox.slot(),
        OutboxAccess.PUBLICATION,
        TestServers.kafka().bootstrapServers(),
        OutboxAccess.SOURCE);
  }

  /** The text of a file of properties. */
  static String text(Map<String, String> all) {
    var properties = new Properties();
    properties.putAll(all);
    var text = new StringWriter();
    try {
      properties.store(text, null);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }
}
